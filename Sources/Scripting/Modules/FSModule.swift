import EventLoop
import FalClient
import Generation
import LuaRuntime

/// `require "fs"`: files and folders, without holding up what else runs.
enum FSModule {
    /// What a script gets back.
    private enum Value: Sendable {
        case nothing
        case flag(Bool)
        case bytes([UInt8])
        case names([[UInt8]])
        case status(FilePath.Status?)
    }

    @LoopActor
    static func make(_ services: any ScriptServices) -> LuaModule {
        LuaModule(
            name: "fs", declaration: { .fs },
            functions: [
                function("fs.read", services) { path, _ in .bytes(try path.read()) },
                function("fs.write", services) { path, bytes in try done(path.replace(by: bytes)) },
                function("fs.append", services) { path, bytes in try done(path.append(bytes)) },
                function("fs.list", services) { path, _ in .names(try path.names()) },
                function("fs.glob", services) { path, _ in .names(try path.matches()) },
                function("fs.mkdir", services) { path, _ in try done(path.makeFolder()) },
                function("fs.exists", services) { path, _ in .flag(try path.status() != nil) },
                function("fs.stat", services) { path, _ in .status(try path.status()) },
                function("fs.remove", services) { path, _ in try done(path.remove()) },
                function("fs.rename", services) { path, bytes in try done(path.rename(to: bytes)) },
                LuaFunction("fs.join", join),
            ])
    }

    private static func done(_: Void) -> Value { .nothing }

    /// A function of a path, and bytes where it has a second argument.
    @LoopActor
    private static func function(
        _ name: String, _ services: any ScriptServices, _ work: @escaping @Sendable (FilePath, [UInt8]) throws -> Value
    ) -> LuaFunction {
        .awaiting(name) { call in
            guard let path = FilePath(call.stack.bytes(at: 1) ?? []) else {
                throw call.argumentError(1, "the path is empty or has a zero byte")
            }
            let bytes = call.stack.bytes(at: 2) ?? []
            return LuaOperation {
                try await services.raising {
                    do {
                        let value = try await LoopActor.offLoop { try work(path, bytes) }
                        return { stack in push(value, onto: stack) }
                    } catch let error as FilePath.Failure {
                        throw FalError(.storage, error.message)
                    }
                }
            }
        }
    }

    @LoopActor
    private static func join(_ call: LuaCall) throws -> Int32 {
        let parts = try (1..<call.argumentCount + 1).map { index in
            guard let part = call.stack.plainBytes(at: index) else {
                throw call.argumentError(index, expected: "string")
            }
            return part
        }
        call.stack.push(FilePath.joined(parts))
        return 1
    }

    @LoopActor
    private static func push(_ value: Value, onto stack: LuaStack) -> Int32 {
        switch value {
        case .nothing: return 0
        case .flag(let flag): stack.push(flag)
        case .bytes(let bytes): stack.push(bytes)
        case .names(let names):
            stack.pushTable(arrayCount: names.count)
            for (index, name) in names.enumerated() {
                stack.push(name)
                stack.setIndex(index + 1)
            }
        case .status(nil): stack.pushNil()
        case .status(let status?):
            stack.pushTable(fieldCount: 3)
            stack.push(status.type.rawValue)
            stack.setField("type")
            stack.push(status.size)
            stack.setField("size")
            stack.push(status.modified)
            stack.setField("modified")
        }
        return 1
    }
}
