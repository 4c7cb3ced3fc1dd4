internal import FalClient
internal import JSON

/// What a call asks for, as far as it decides what comes back: the endpoint and the arguments, but for a seed that was
/// drawn for the job.
///
/// How long the call waits, its priority and a webhook do not count.
struct CallContent: Sendable, Hashable {
    /// Unambiguous: strings stand behind their length, members in the order of their names. Lua gives those of a table in
    /// another order in each run.
    private let text: String

    init(_ order: JobOrder) {
        var text = Self.endpoint(of: order) + " "
        Self.write(.object(Self.arguments(of: order)), to: &text)
        self.text = text
    }

    /// In what two calls differ: `endpoint`, or the names of arguments, the prompt's first.
    static func differences(_ left: JobOrder, _ right: JobOrder) -> [String] {
        if endpoint(of: left) != endpoint(of: right) { return ["endpoint"] }
        return differences(arguments(of: left), arguments(of: right))
    }

    /// The first name under which two objects differ.
    static func difference(_ left: JSONObject, _ right: JSONObject) -> String? { differences(left, right).first }

    private static func differences(_ left: JSONObject, _ right: JSONObject) -> [String] {
        let names = Set(left.names + right.names).filter { name in
            left[name].map(canonical) != right[name].map(canonical)
        }
        return names.sorted { ($0 == "prompt" ? "" : $0) < ($1 == "prompt" ? "" : $1) }
    }

    // What the call asked for, whatever the policy made of it: else it would be paid for again.
    private static func endpoint(of order: JobOrder) -> String {
        (order.asked?.endpoint ?? order.endpoint).description
    }

    private static func arguments(of order: JobOrder) -> JSONObject {
        let arguments = order.asked?.arguments ?? order.arguments
        guard order.hasDrawnSeed else { return arguments }
        return JSONObject(arguments.members.filter { $0.name != "seed" })
    }

    private static func canonical(_ value: JSONValue) -> String {
        var text = ""
        write(value, to: &text)
        return text
    }

    private static func write(_ value: JSONValue, to text: inout String) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        // The ledger's JSON has 3.0 as it came; a script may write 3 the next time.
        case .integer, .number: text += value.integerValue?.description ?? value.numberValue?.description ?? ""
        case .string(let value): text += "\(value.utf8.count)\"\(value)"
        case .array(let values):
            text += "["
            for value in values {
                write(value, to: &text)
                text += ","
            }
            text += "]"
        case .object(let object):
            text += "{"
            for (name, value) in object.members.sorted(by: { $0.name < $1.name }) {
                text += "\(name.utf8.count)\"\(name):"
                write(value, to: &text)
                text += ","
            }
            text += "}"
        }
    }
}
