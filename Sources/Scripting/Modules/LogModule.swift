import EventLoop
import HTTPTransport
import JSON
import Logging
import LuaRuntime

/// `require "log"`: lines for people, on standard error.
enum LogModule {
    @LoopActor
    static func make(_ services: any ScriptServices) -> LuaModule {
        let levels: [(name: String, level: Logger.Level)] = [
            ("debug", .debug), ("info", .info), ("warning", .warning), ("error", .error),
        ]
        return LuaModule(
            name: "log", declaration: { .log },
            functions: levels.map { name, level in
                LuaFunction("log.\(name)") { call in
                    guard services.logger.logLevel <= level else { return 0 }
                    services.logger.log(level: level, "\(line(call))")
                    return 0
                }
            })
    }

    /// The arguments as `print` joins them, and behind them the fields of a last table.
    @LoopActor
    private static func line(_ call: LuaCall) -> String {
        let fields = call.argumentCount > 0 ? fields(call.stack, at: call.argumentCount) : nil
        let count = call.argumentCount - (fields == nil ? 0 : 1)
        let text = (1..<count + 1).map { call.stack.describe(at: $0) }.joined(separator: "\t")
        return ([text] + (fields ?? [])).filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// `name=value` in the order of the names; nil for anything but a plain table with names for keys.
    @LoopActor
    private static func fields(_ stack: LuaStack, at index: Int32) -> [String]? {
        guard stack.type(at: index) == .table, !stack.hasMetatable(at: index) else { return nil }
        var fields: [(name: String, text: String)] = []
        struct NoName: Error {}
        do {
            try stack.forEachEntry(at: index) { stack in
                guard stack.type(at: -2) == .string, let name = stack.string(at: -2) else { throw NoName() }
                fields.append((name, value(stack, of: name)))
            }
        } catch {
            return nil
        }
        return fields.sorted { $0.name < $1.name }.map { "\($0.name)=\($0.text)" }
    }

    @LoopActor
    private static func value(_ stack: LuaStack, of name: String) -> String {
        if isSecret(name) { return mask }
        if stack.type(at: -1) == .table, let json = try? masked(stack.json(at: -1)).serialized() {
            return String(decoding: json, as: UTF8.self)
        }
        return quoted(stack.describe(at: -1))
    }

    private static let mask = "********"

    /// A job's `key` names it and opens nothing.
    private static func isSecret(_ name: String) -> Bool {
        name != "key" && (URLSecrets.isSecret(name) || ["authorization", "cookie"].contains(name.lowercased()))
    }

    private static func masked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(masked))
        case .object(let object):
            .object(JSONObject(object.map { ($0.name, isSecret($0.name) ? .string(mask) : masked($0.value)) }))
        default: value
        }
    }

    /// In quotes where it would not be read as one word.
    private static func quoted(_ text: String) -> String {
        let isWord =
            !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && !"\"=".unicodeScalars.contains($0) }
        if isWord { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
