import EventLoop
import Scripting
import Webhooks

/// The paths of the receiver's that the script beside it answers for.
@LoopActor
final class ScriptPaths: ScriptServer {
    let address: String
    let ownPaths: [String]
    private let paths: WebhookPaths

    init(_ receiver: WebhookReceiver, _ settings: WebhookSettings, _ paths: WebhookPaths) {
        address = receiver.address
        ownPaths = [settings.path, "/healthz", "/metrics"]
        self.paths = paths
    }

    func open(_ path: String, _ take: @escaping @LoopActor (ScriptRequest) -> Void) -> Bool {
        paths.open(path) { request, answer in
            LoopActor.spawn {
                take(
                    ScriptRequest(
                        method: request.method, path: request.path, query: request.query, headers: request.headers,
                        body: request.body
                    ) { answer(PostedAnswer($0)) })
            }
        }
    }

    func close(_ path: String) { paths.close(path) }
}

extension PostedAnswer {
    init(_ answer: ScriptRequest.Answer) {
        self =
            switch answer {
            case .response(let status, let headers, let body): .response(status: status, headers: headers, body: body)
            case .failed: .refused(.handler)
            case .late: .refused(.late)
            case .busy: .refused(.busy)
            }
    }
}
