/// One place where a chunk uses a name that is no local of its own.
package struct LuaNameUse: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// A global is read.
        case global
        /// A global is set.
        case assignment
        /// A field of a local (or of a local of an outer function) of that name is read: `fal` in `fal.submit`.
        case field(of: String)
    }
    package let name: String
    package let kind: Kind
    /// Counted from 1.
    package let line: Int
}
