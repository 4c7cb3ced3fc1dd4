/// What a declared value may be: what Lua checks, and how documentation writes it.
package struct LuaType: Sendable {
    /// As the language server writes it: `string`, `fal.Avatar|string`, `string[]`.
    package let name: String
    let accepted: LuaTypeSet
    let check: Check
    private let words: String?

    /// What a look at the type alone does not tell.
    enum Check: Sendable {
        case nothing
        case integer(ClosedRange<Int64>)
        case number(ClosedRange<Double>)
        case word([String])
        /// The fields that a table may have; where other types are accepted too they are not looked into.
        case options([LuaValueDeclaration])
    }

    /// - Parameter expected: what an error says is expected; else made of the check or the name.
    package init(_ name: String, _ accepted: LuaTypeSet, expected: String? = nil) {
        self.init(name, accepted, .nothing, expected)
    }

    private init(_ name: String, _ accepted: LuaTypeSet, _ check: Check, _ expected: String? = nil) {
        self.name = name
        self.accepted = accepted
        self.check = check
        words = expected
    }

    /// Every value, nil too.
    package static let any = LuaType("any", .all, expected: "value")
    /// A string; a number is none.
    package static let string = LuaType("string", .string)
    /// `true` or `false`.
    package static let boolean = LuaType("boolean", .boolean)
    /// An integer or a float.
    package static let number = LuaType("number", .number)
    /// Any integer.
    package static let integer = integer(Int64.min...Int64.max)
    /// A table of any shape.
    package static let table = LuaType("table", .table)
    /// A function of Lua or of the host.
    package static let function = LuaType("function", .function)

    /// An integer in a range, or a float without a fraction.
    package static func integer(_ range: ClosedRange<Int64>) -> LuaType {
        LuaType("integer", .number, .integer(range))
    }

    /// A number in a range; NaN is in none.
    package static func number(_ range: ClosedRange<Double>) -> LuaType {
        LuaType("number", .number, .number(range))
    }

    /// One of these strings.
    package static func word(_ words: [String]) -> LuaType {
        LuaType(words.map { "\"\($0)\"" }.joined(separator: "|"), .string, .word(words))
    }

    /// A table with named fields, of which none other is accepted. `name` is that of its class in the documentation.
    package static func options(_ name: String, _ fields: [LuaValueDeclaration]) -> LuaType {
        LuaType(name, .table, .options(fields), "table")
    }

    /// A function whose parameters and results the documentation shows: `fun(event: fal.Event)`.
    package static func callback(_ signature: String) -> LuaType {
        LuaType(signature, .function, expected: "function")
    }

    /// A table of a class that the documentation describes; what it must hold is checked where it is read.
    package static func shape(_ name: String) -> LuaType {
        LuaType(name, .table, expected: "table")
    }

    /// A list whose items documentation shows as `element[]`; they are checked where they are read.
    package static func list(of element: String) -> LuaType {
        LuaType(element + "[]", .table, expected: "table")
    }

    /// This or that. The check is the first one's that has any.
    package func or(_ other: LuaType) -> LuaType {
        var check = check
        if case .nothing = check { check = other.check }
        return LuaType(
            "\(name)|\(other.name)", accepted.union(other.accepted), check, "\(expected) or \(other.expected)")
    }

    /// What an error says is expected: "integer from 1", "'normal' or 'low'".
    package var expected: String {
        if let words { return words }
        switch check {
        case .integer, .number: return range.map { "\(name) \($0)" } ?? name
        case .word(let words): return words.map { "'\($0)'" }.joined(separator: " or ")
        case .nothing, .options: return name
        }
    }

    /// The range of a number in words: "from 1", "from 0 to 31536000"; nil where there is no bound.
    package var range: String? {
        switch check {
        case .integer(Int64.min...Int64.max): nil
        case .integer(let range) where range.upperBound == .max: "from \(range.lowerBound)"
        case .integer(let range): "from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
        case .nothing, .word, .options: nil
        }
    }

    /// The fields of a table of options.
    package var fields: [LuaValueDeclaration] {
        if case .options(let fields) = check { fields } else { [] }
    }

    private static func text(_ value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? String(value)
    }
}

/// Some of Lua's types, `none` (an argument that is not there) among them. Bit n is the type n - 1 of lua.h.
package struct LuaTypeSet: OptionSet, Sendable {
    /// Bit n stands for the type n - 1.
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// No argument at all.
    package static let none = LuaTypeSet(rawValue: 1 << 0)
    /// `LUA_TNIL`.
    package static let `nil` = LuaTypeSet(rawValue: 1 << 1)
    /// `LUA_TBOOLEAN`.
    package static let boolean = LuaTypeSet(rawValue: 1 << 2)
    /// `LUA_TNUMBER`.
    package static let number = LuaTypeSet(rawValue: 1 << 4)
    /// `LUA_TSTRING`.
    package static let string = LuaTypeSet(rawValue: 1 << 5)
    /// `LUA_TTABLE`.
    package static let table = LuaTypeSet(rawValue: 1 << 6)
    /// `LUA_TFUNCTION`.
    package static let function = LuaTypeSet(rawValue: 1 << 7)
    /// `LUA_TUSERDATA`.
    package static let userdata = LuaTypeSet(rawValue: 1 << 8)
    /// Every value, nil too.
    package static let all = LuaTypeSet(rawValue: 0x3FE)
}
