import EventLoop
import FalClient
import Generation
import LuaRuntime

/// `require "fs"`: files and folders, without holding up what else runs.
enum FSModule {
    @LoopActor
    static func make(_ services: any ScriptServices) -> LuaModule {
        LuaModule(
            name: "fs", declaration: { .fs },
            functions: [
                reading("fs.read", services) {
                    try $0.read()
                } push: {
                    $0.push($1)
                },
                writing("fs.write", services) { try $0.replace(by: $1) },
                writing("fs.append", services) { try $0.append($1) },
                reading("fs.list", services) {
                    try $0.names()
                } push: {
                    push($1, onto: $0)
                },
                reading("fs.glob", services) {
                    try $0.matches()
                } push: {
                    push($1, onto: $0)
                },
                reading("fs.mkdir", services) {
                    try $0.makeFolder()
                } push: { _, _ in
                },
                reading("fs.exists", services) {
                    try $0.status() != nil
                } push: {
                    $0.push($1)
                },
                reading("fs.stat", services) {
                    try $0.status()
                } push: {
                    push($1, onto: $0)
                },
                reading("fs.remove", services) {
                    try $0.remove()
                } push: { _, _ in
                },
                LuaFunction.awaiting("fs.rename") { call in
                    let (old, new) = (try path(call, 1), try path(call, 2))
                    return operation(services) {
                        try old.rename(to: new)
                    } push: { _, _ in
                    }
                },
                LuaFunction("fs.join") { call in
                    let parts = try (1..<call.argumentCount + 1).map { index in
                        guard let part = call.stack.plainBytes(at: index) else {
                            throw call.argumentError(index, expected: "string")
                        }
                        return part
                    }
                    call.stack.push(FilePath.joined(parts))
                    return 1
                },
            ])
    }

    /// A function of a path alone.
    @LoopActor
    private static func reading<Value: Sendable>(
        _ name: String, _ services: any ScriptServices, _ work: @escaping @Sendable (FilePath) throws -> Value,
        push: @escaping @LoopActor (LuaStack, Value) -> Void
    ) -> LuaFunction {
        .awaiting(name) { call in
            let path = try path(call, 1)
            return operation(services) {
                try work(path)
            } push: {
                push($0, $1)
            }
        }
    }

    /// A function of a path and bytes.
    @LoopActor
    private static func writing(
        _ name: String, _ services: any ScriptServices, _ work: @escaping @Sendable (FilePath, [UInt8]) throws -> Void
    ) -> LuaFunction {
        .awaiting(name) { call in
            let (path, bytes) = (try path(call, 1), call.stack.bytes(at: 2) ?? [])
            return operation(services) {
                try work(path, bytes)
            } push: { _, _ in
            }
        }
    }

    @LoopActor
    private static func operation<Value: Sendable>(
        _ services: any ScriptServices, _ work: @escaping @Sendable () throws -> Value,
        push: @escaping @LoopActor (LuaStack, Value) -> Void
    ) -> LuaOperation {
        LuaOperation {
            try await services.raising {
                do {
                    let value = try await LoopActor.offLoop(work)
                    return { stack in
                        let top = stack.top
                        push(stack, value)
                        return stack.top - top
                    }
                } catch let error as FilePath.Failure {
                    throw FalError(.storage, error.message)
                }
            }
        }
    }

    @LoopActor
    private static func path(_ call: LuaCall, _ index: Int32) throws -> FilePath {
        guard let path = FilePath(call.stack.bytes(at: index) ?? []) else {
            throw call.argumentError(index, "the path is empty or has a zero byte")
        }
        return path
    }

    @LoopActor
    private static func push(_ names: [[UInt8]], onto stack: LuaStack) {
        stack.pushTable(arrayCount: names.count)
        for (index, name) in names.enumerated() {
            stack.push(name)
            stack.setIndex(index + 1)
        }
    }

    @LoopActor
    private static func push(_ status: FilePath.Status?, onto stack: LuaStack) {
        guard let status else { return stack.pushNil() }
        stack.pushTable(fieldCount: 3)
        stack.push(status.type.rawValue)
        stack.setField("type")
        stack.push(status.size)
        stack.setField("size")
        stack.push(status.modified)
        stack.setField("modified")
    }
}
