/// The type of what Lua gave where something else was expected.
package struct FoundType: Sendable, Equatable {
    /// As Lua's `type` names it (Lua manual §6.1), or `list`.
    let name: String

    package init(_ name: String) { self.name = name }

    /// With its article in English: "a table", "nothing" for nil; Lua's own name in Russian.
    package func text(in language: Language) -> String {
        language.wording(name == "nil" ? "nothing" : "a \(name)", name)
    }
}
