/// One compiled function (Lua 5.4, `lopcodes.h`).
struct LuaFunctionCode {
    struct Local {
        let name: String
        /// The instructions between which it is alive.
        let start: Int
        let end: Int
    }
    let code: [UInt32]
    let constants: [String?]
    let lines: [Int]
    let locals: [Local]
    let upvalues: [String]

    private enum Operation: UInt32 {
        /// R[A] := UpValue[B][K[C]]
        case getTabUp = 11
        /// R[A] := R[B][K[C]]
        case getField = 14
        /// UpValue[A][K[B]] := RK(C)
        case setTabUp = 15
    }

    var names: [LuaNameUse] {
        code.indices.compactMap { index in
            let instruction = code[index]
            guard let operation = Operation(rawValue: instruction & 0x7F) else { return nil }
            let (a, b, c) = (Int(instruction >> 7 & 0xFF), Int(instruction >> 16 & 0xFF), Int(instruction >> 24))
            let found: (name: String?, kind: LuaNameUse.Kind?)
            switch operation {
            case .getTabUp: found = (constant(c), upvalue(b).map { $0 == "_ENV" ? .global : .field(of: $0) })
            case .setTabUp: found = (constant(b), upvalue(a) == "_ENV" ? .assignment : nil)
            case .getField: found = (constant(c), local(in: b, at: index).map { .field(of: $0) })
            }
            guard let name = found.name, let kind = found.kind else { return nil }
            return LuaNameUse(name: name, kind: kind, line: lines[index])
        }
    }

    private func constant(_ index: Int) -> String? { constants.indices.contains(index) ? constants[index] : nil }

    private func upvalue(_ index: Int) -> String? {
        upvalues.indices.contains(index) && !upvalues[index].isEmpty ? upvalues[index] : nil
    }

    /// The local that lives in a register: they take registers in their order.
    private func local(in register: Int, at index: Int) -> String? {
        let alive = locals.filter { $0.start <= index && index < $0.end }
        return alive.indices.contains(register) ? alive[register].name : nil
    }
}
