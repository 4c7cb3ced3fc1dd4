package import LuaRuntime

/// Writes the `.luacheckrc` of a project.
package enum LuacheckSettings {
    /// Modules are locals that `require` gives; only globals of rules and presets have to be named.
    package static func text(for modules: [LuaModuleDeclaration]) -> String {
        let globals = modules.filter(\.isGlobal).map { module in
            "  \(module.name) = { fields = { \(module.functions.map { "\"\($0.field)\"" }.joined(separator: ", ")) } },\n"
        }
        let tests = TestModule.globals.map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            -- Settings of luacheck for this project; run `luacheck .`
            std = "lua54"
            max_line_length = 120
            exclude_files = { ".falhost", ".build" }

            -- Presets and rules run in a sandbox: they see this, and a part of Lua's own libraries.
            stds.falhost_sandbox = { read_globals = {
            \(globals.joined())} }
            local absent = {
              "collectgarbage", "coroutine", "debug", "dofile", "io", "load", "loadfile", "os", "package", "print", "warn",
            }
            files["presets"] = { std = "lua54+falhost_sandbox", not_globals = absent }
            files["falhost.lua"] = { std = "lua54+falhost_sandbox", not_globals = absent }
            files["scripts/policy.lua"] = { std = "lua54+falhost_sandbox", not_globals = absent }
            files["scripts/rules"] = { std = "lua54+falhost_sandbox", not_globals = absent }

            -- `falhost test` gives these to the tests of presets and rules.
            stds.falhost_test = { read_globals = { \(tests) } }
            files["scripts/tests"] = { std = "lua54+falhost_test" }

            """
    }
}
