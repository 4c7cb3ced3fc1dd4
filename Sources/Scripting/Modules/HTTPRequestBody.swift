import EventLoop
import FalClient
import HTTPTransport
import JSON
import LuaRuntime

/// The body of a script's request: bytes, JSON, a form, or a form with files.
struct HTTPRequestBody {
    private let body: HTTPRequest.Body
    private let contentType: String?
    /// Whether the script's own Content-Type has to give way: only the body knows its boundary.
    private let isMultipart: Bool

    func place(in request: inout HTTPRequest) {
        request.body = body
        guard let contentType else { return }
        if isMultipart || request.headers["Content-Type"] == nil { request.headers["Content-Type"] = contentType }
    }

    /// Reads `body`, `json`, `form` or `multipart`; nil when there is none of them.
    @LoopActor
    init?(_ call: LuaCall, _ options: Int32) throws {
        let stack = call.stack
        let given = ["body", "json", "form", "multipart"].filter { stack.hasField($0, at: options) }
        if given.count > 1 {
            throw call.argumentError(options, "\(given.joined(separator: " and ")): a request has one body")
        }
        isMultipart = given.first == "multipart"
        switch given.first {
        case "body":
            stack.getField("body", at: options)
            (body, contentType) = (.bytes(stack.bytes(at: -1) ?? []), nil)
            stack.pop()
        case "json":
            stack.getField("json", at: options)
            defer { stack.pop() }
            do {
                let bytes: [UInt8] = try stack.json(at: -1).serialized()
                (body, contentType) = (.bytes(bytes), "application/json")
            } catch let error as LuaJSONError {
                throw call.argumentError(options, "json: \(error)")
            }
        case "form":
            let text = try Self.pairs("form", call, options, space: "+") ?? ""
            (body, contentType) = (.bytes(Array(text.utf8)), "application/x-www-form-urlencoded")
        case "multipart":
            let boundary = "falhost-\(String(UInt64.random(in: .min ... .max), radix: 36))"
            body = .pieces(try HTTPMultipart(call, options).pieces(boundary))
            contentType = "multipart/form-data; boundary=\(boundary)"
        default: return nil
        }
    }

    /// `a=1&b=2`, in the order of the names; nil when there is no such option.
    @LoopActor
    static func pairs(_ option: String, _ call: LuaCall, _ index: Int32, space: String) throws -> String? {
        guard call.stack.hasField(option, at: index) else { return nil }
        var pairs: [String] = []
        try forEachPair(option, call, index) { name, value in
            pairs.append("\(PercentEncoding.encode(name))=\(PercentEncoding.encode(value))")
        }
        let text = pairs.sorted().joined(separator: "&")
        return space == "%20" ? text : text.replacing("%20", with: space)
    }

    /// Calls `body` with each name and value of a table of options: texts, numbers and booleans.
    @LoopActor
    static func forEachPair(
        _ option: String, _ call: LuaCall, _ index: Int32, _ body: ([UInt8], [UInt8]) throws -> Void
    ) throws {
        let stack = call.stack
        guard stack.hasField(option, at: index) else { return }
        stack.getField(option, at: index)
        defer { stack.pop() }
        try stack.forEachEntry(at: -1) { stack in
            guard let name = stack.type(at: -2) == .string ? stack.bytes(at: -2) : nil else {
                throw call.argumentError(index, "\(option): key \(stack.describe(at: -2)) is no string")
            }
            guard let value = stack.plainBytes(at: -1) else {
                let found = "string, number or boolean expected, got \(stack.typeName(at: -1))"
                throw call.argumentError(index, "\(option).\(String(decoding: name, as: UTF8.self)): \(found)")
            }
            try body(name, value)
        }
    }
}

extension LuaStack {
    /// Whether the table at `index` has something under that name.
    func hasField(_ name: String, at index: Int32) -> Bool {
        defer { pop() }
        return getField(name, at: index) != .nil
    }

    /// The bytes of a string, or those that tostring gives for a number or a boolean.
    func plainBytes(at index: Int32) -> [UInt8]? {
        switch type(at: index) {
        case .string: bytes(at: index)
        case .number, .boolean: Array(describe(at: index).utf8)
        default: nil
        }
    }
}
