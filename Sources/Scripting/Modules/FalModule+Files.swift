import EventLoop
import FalClient
import Generation
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
                let url = try call.requireString(1)
                let path = call.stack.isNilOrNone(at: 2) ? nil : try call.requireString(2)
                return operation(services) { client in
                    let written =
                        if let path {
                            try await client.download(url, to: path, expecting: .init(ofFileNamed: path)).path
                        } else if let kept = try await services.pictures().keep(url) { kept.path } else {
                            try await ImageFolder(path: try services.imageFolder()).save(url, with: client)
                        }
                    return { stack in
                        stack.push(written)
                        return 1
                    }
                }
            },
        ]
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
