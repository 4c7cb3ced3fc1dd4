-- Settings of luacheck for this project; run `luacheck .`
std = "lua54"
max_line_length = 120
exclude_files = { ".falhost", ".build" }

-- What presets and rules see beside Lua's own libraries.
stds.falhost_sandbox = { read_globals = {
  text = { fields = { "has_phrase", "lower" } },
} }
files["presets"] = { std = "lua54+falhost_sandbox" }
files["scripts/rules"] = { std = "lua54+falhost_sandbox" }
