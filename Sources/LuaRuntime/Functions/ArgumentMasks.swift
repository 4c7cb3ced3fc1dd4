import CLua

/// The types that arguments may have without a closer look, packed so that a call that is in order costs next to
/// nothing.
struct ArgumentMasks {
    /// Sixteen bits for each of the first four parameters, and of the next four.
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var count: Int32 = 0
    private static let most = 8

    /// Accepts everything.
    init() {}

    init(_ declaration: LuaFunctionDeclaration) {
        // The object of a method is looked at by its method.
        var masks = declaration.isMethod ? [LuaTypeSet.all.union(.none)] : []
        masks += declaration.parameters.prefix { $0.name != "..." }.map(Self.certain)
        if masks.count > Self.most { masks = [[]] }
        while masks.last == LuaTypeSet.all.union(.none) { masks.removeLast() }
        for (index, mask) in masks.enumerated() {
            let bits = UInt64(mask.rawValue) << UInt64(16 * (index % 4))
            if index < 4 { first |= bits } else { second |= bits }
        }
        count = Int32(masks.count)
    }

    /// The types that are enough to know.
    private static func certain(_ parameter: LuaValueDeclaration) -> LuaTypeSet {
        switch parameter.type.check {
        case .nothing: parameter.accepted
        case .integer, .number: parameter.accepted.subtracting(.number)
        case .word: parameter.accepted.subtracting(.string)
        case .options: parameter.accepted.subtracting(.table)
        }
    }

    /// False when an argument is wrong, or is of a type that has to be looked into.
    @inline(__always)
    func accept(_ pointer: OpaquePointer) -> Bool {
        var mask = first
        var index: Int32 = 0
        while index < count {
            index += 1
            let type = lua_type(pointer, index) + 1
            if mask >> UInt64(type) & 1 == 0 { return false }
            mask = index == 4 ? second : mask >> 16
        }
        return true
    }
}
