import EventLoop
import FalClient
import Generation
import JSON
import LuaRuntime

extension FalModule {
    /// Files that go to fal's storage, and pictures that come from it.
    @LoopActor
    static func files(_ services: any ScriptServices) -> [LuaFunction] {
        [
            .awaiting("fal.upload") { call in
                let upload = try upload(call)
                return operation(services) { client in
                    let url = try await client.upload(
                        upload.content, fileName: upload.fileName, contentType: upload.contentType)
                    return { stack in
                        stack.push(url)
                        return 1
                    }
                }
            },
            .awaiting("fal.download") { call in
                if call.stack.type(at: 1) == .table { return try downloadAll(call, services) }
                let url = try call.requireString(1)
                let path = call.stack.isNilOrNone(at: 2) ? nil : try call.requireString(2)
                return operation(services) { client in
                    let written =
                        if let path {
                            try await client.download(url, to: path, expecting: .init(ofFileNamed: path)).path
                        } else {
                            try await keep(url, services, client)
                        }
                    return { stack in
                        stack.push(written)
                        return 1
                    }
                }
            },
        ]
    }

    /// All pictures of a result, in its order.
    @LoopActor
    private static func downloadAll(_ call: LuaCall, _ services: any ScriptServices) throws -> LuaOperation {
        guard call.stack.isNilOrNone(at: 2) else {
            throw call.argumentError(2, "a path names one file: with a result there is none")
        }
        let images = try call.object(at: 1)["images"]?.arrayValue
        let urls = images?.compactMap { $0["url"]?.stringValue }
        guard let urls, urls.count == images?.count else {
            throw call.argumentError(1, "an address or a result is expected: the table has no images with addresses")
        }
        return operation(services) { client in
            var paths: [String] = []
            for url in urls { paths.append(try await keep(url, services, client)) }
            return { [paths] stack in
                stack.push(paths)
                return 1
            }
        }
    }

    @LoopActor
    private static func keep(
        _ url: String, _ services: any ScriptServices, _ client: FalClient
    ) async throws -> String {
        if let kept = try await services.pictures().keep(url) { return kept.path }
        return try await ImageFolder(path: try services.imageFolder()).save(url, with: client)
    }

    @LoopActor
    private static func upload(
        _ call: LuaCall
    ) throws -> (content: UploadContent, fileName: String?, contentType: String?) {
        guard call.stack.type(at: 1) == .table else { return (.file(try call.requireString(1)), nil, nil) }
        call.stack.getField("data", at: 1)
        return (
            .bytes(call.stack.bytes(at: -1) ?? []), try call.stringOption("file_name", at: 1),
            try call.stringOption("content_type", at: 1)
        )
    }
}
