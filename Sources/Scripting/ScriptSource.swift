/// A script's text and the names it goes by.
package struct ScriptSource: Sendable {
    /// UTF-8 or any bytes; a first line that starts with `#` is skipped.
    package let text: [UInt8]
    /// Lua's chunk name: `@path`, or `=(command line)` for text without a file (Lua manual §4.6, `lua_load`).
    package let name: String
    /// What the script finds in `arg[0]`.
    package let arg0: String

    package init(text: [UInt8], name: String, arg0: String) {
        self.text = text
        self.name = name
        self.arg0 = arg0
    }
}
