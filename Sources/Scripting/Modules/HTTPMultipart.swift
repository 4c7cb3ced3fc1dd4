import EventLoop
import FalClient
import HTTPTransport
import LuaRuntime

/// A form with files as a request's body (RFC 7578); files are read while they are sent.
struct HTTPMultipart {
    private struct Part {
        let head: String
        let content: HTTPRequest.Piece
    }

    private var parts: [Part] = []

    /// Reads `multipart = { { name =, value = }, { name =, path = | data =, file_name =, content_type = }, … }`.
    @LoopActor
    init(_ call: LuaCall, _ options: Int32) throws {
        let stack = call.stack
        stack.getField("multipart", at: options)
        defer { stack.pop() }
        let list = stack.top
        for position in 1..<stack.rawLength(at: list) + 1 {
            stack.getIndex(position, at: list)
            defer { stack.pop() }
            do {
                parts.append(try Self.part(stack, at: stack.top))
            } catch let fault as Fault {
                throw call.argumentError(options, "multipart[\(position)]: \(fault.reason)")
            }
        }
        if parts.isEmpty { throw call.argumentError(options, "multipart: a list of parts is expected") }
    }

    /// What is sent, with `boundary` between the parts.
    func pieces(_ boundary: String) -> [HTTPRequest.Piece] {
        var pieces: [HTTPRequest.Piece] = []
        for part in parts {
            let start = pieces.isEmpty ? "" : "\r\n"
            pieces.append(.bytes(Array("\(start)--\(boundary)\r\n\(part.head)\r\n".utf8)))
            pieces.append(part.content)
        }
        return pieces + [.bytes(Array("\r\n--\(boundary)--\r\n".utf8))]
    }

    private struct Fault: Error {
        let reason: String
    }

    private static let fields = ["name", "value", "path", "data", "file_name", "content_type"]

    @LoopActor
    private static func part(_ stack: LuaStack, at index: Int32) throws -> Part {
        guard stack.type(at: index) == .table else {
            throw Fault(reason: "table expected, got \(stack.typeName(at: index))")
        }
        try stack.forEachEntry(at: index) { stack in
            let name = stack.describe(at: -2)
            guard fields.contains(name) else {
                let hint = LuaState.nearestName(to: name, among: fields).map { "; did you mean '\($0)'?" } ?? ""
                throw Fault(reason: "unknown field '\(name)'\(hint)")
            }
        }
        guard let name = try text("name", stack, index) else { throw Fault(reason: "name: string expected, got nil") }
        let contents = ["value", "path", "data"].filter { stack.hasField($0, at: index) }
        guard contents.count == 1, let kind = contents.first else {
            throw Fault(reason: "one of value, path and data is expected, got \(contents.count)")
        }
        var head = "Content-Disposition: form-data; name=\"\(quoted(name))\""
        let content = try content(kind, stack, index)
        var type = try text("content_type", stack, index)
        if kind != "value" {
            let file = try text("file_name", stack, index) ?? content.fileName ?? name
            head += "; filename=\"\(quoted(file))\""
            type = type ?? ContentType.ofFile(named: file)
        }
        if let type {
            guard type.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                throw Fault(reason: "content_type: a control character or one beyond ASCII")
            }
            head += "\r\nContent-Type: \(type)"
        }
        return Part(head: head + "\r\n", content: content.piece)
    }

    @LoopActor
    private static func content(
        _ kind: String, _ stack: LuaStack, _ index: Int32
    ) throws -> (piece: HTTPRequest.Piece, fileName: String?) {
        if kind == "path" {
            guard let path = try text("path", stack, index) else { throw Fault(reason: "path: string expected") }
            return (.file(path: path), String(path.split(separator: "/").last ?? ""))
        }
        stack.getField(kind, at: index)
        defer { stack.pop() }
        guard let bytes = stack.plainBytes(at: -1) else {
            throw Fault(reason: "\(kind): string expected, got \(stack.typeName(at: -1))")
        }
        return (.bytes(bytes), nil)
    }

    @LoopActor
    private static func text(_ name: String, _ stack: LuaStack, _ index: Int32) throws -> String? {
        defer { stack.pop() }
        if stack.getField(name, at: index) == .nil { return nil }
        guard let text = stack.string(at: -1) else {
            throw Fault(reason: "\(name): string of valid UTF-8 expected, got \(stack.typeName(at: -1))")
        }
        return text
    }

    /// As browsers write it: quotes and line breaks percent-encoded, all else as it is (WHATWG, multipart/form-data).
    private static func quoted(_ name: String) -> String {
        name.replacing("\"", with: "%22").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }
}
