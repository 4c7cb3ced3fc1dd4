import LuaRuntime

extension TestModule {
    /// The pieces of what test files see, written in Lua: a test may wait, and its stack is read for the lines of messages.
    static let prelude = LuaModule.Prelude(pieces: [subjects, matchers, tests], chunkName: "=[test]")

    /// Values for people, and what is tested.
    static let subjects: StaticString = #"""
        local test, native = ...
        local getinfo = debug.getinfo
        local globals = {}

        -- Where the test file is, in whatever of ours it has called.
        local function place()
          for level = 2, 200 do
            local info = getinfo(level, "Sl")
            if not info then
              return nil
            end
            if info.currentline > 0 and info.source ~= "=[test]" then
              return info.source:gsub("^[@=]", "") .. ":" .. info.currentline
            end
          end
        end

        local function fault(text)
          error((place() or "?") .. ": " .. text, 0)
        end

        -- Values, for people -------------------------------------------------------------------------------

        local function sorted_keys(...)
          local seen, keys = {}, {}
          for _, value in ipairs { ... } do
            for key in pairs(value) do
              if not seen[key] then
                seen[key] = true
                keys[#keys + 1] = key
              end
            end
          end
          table.sort(keys, function(a, b)
            if type(a) == "number" and type(b) == "number" then
              return a < b
            end
            return tostring(a) < tostring(b)
          end)
          return keys
        end

        local function show(value, depth)
          depth = depth or 0
          if type(value) == "string" then
            return '"' .. value:gsub('[\\"]', "\\%0"):gsub("\n", "\\n") .. '"'
          end
          if type(value) ~= "table" or (getmetatable(value) or {}).__tostring then
            return tostring(value)
          end
          if depth > 5 then
            return "{ … }"
          end
          local parts = {}
          for _, key in ipairs(sorted_keys(value)) do
            local text = show(value[key], depth + 1)
            if math.type(key) ~= "integer" then
              text = (type(key) == "string" and key or "[" .. show(key, depth + 1) .. "]") .. " = " .. text
            end
            parts[#parts + 1] = text
          end
          return #parts == 0 and "{}" or "{ " .. table.concat(parts, ", ") .. " }"
        end

        local function step(path, key)
          if type(key) == "string" then
            return path == "" and key or path .. "." .. key
          end
          return path .. "[" .. tostring(key) .. "]"
        end

        -- Adds a line for each difference. Without `exactly` a table may have more keys than are expected.
        local function compare(expected, actual, exactly, path, lines, depth)
          if type(expected) ~= "table" or type(actual) ~= "table" then
            if expected ~= actual then
              local text = ("expected %s, got %s"):format(show(expected), show(actual))
              if path ~= "" and expected == nil then
                text = "not expected, got " .. show(actual)
              elseif path ~= "" and actual == nil then
                text = ("expected %s, but it is not there"):format(show(expected))
              end
              lines[#lines + 1] = path == "" and text or path .. ": " .. text
            end
            return lines
          end
          if depth > 100 then
            fault "tables nest deeper than 100, or one contains itself"
          end
          -- A list has a length, which counts.
          local whole = exactly or #expected > 0
          for _, key in ipairs(whole and sorted_keys(expected, actual) or sorted_keys(expected)) do
            compare(expected[key], actual[key], exactly, step(path, key), lines, depth + 1)
          end
          return lines
        end

        local function differences(expected, actual, exactly)
          return compare(expected, actual, exactly, "", {}, 0)
        end

        -- What is tested ------------------------------------------------------------------------------------

        local Rule, Preset = { __name = "rule" }, { __name = "preset" }

        function Rule:__tostring()
          return self.file and "rule " .. self.file or "rules"
        end

        function Preset:__tostring()
          return 'preset "' .. self.name .. '"'
        end

        function globals.rule(word)
          if type(word) ~= "string" then
            fault("rule: the name of a rule is expected, got " .. show(word))
          end
          local file, problem = native._rule(word)
          if not file then
            fault(problem)
          end
          return setmetatable({ file = file }, Rule)
        end

        function globals.rules()
          return setmetatable({}, Rule)
        end

        function globals.preset(name)
          if type(name) ~= "string" then
            fault("preset: the name of a preset is expected, got " .. show(name))
          end
          return setmetatable({ name = name }, Preset)
        end

        -- The first table with the fields of the second on top.
        local function merged(first, second)
          local all = {}
          for _, source in ipairs { first, second } do
            for key, value in pairs(source) do
              all[key] = value
            end
          end
          return all
        end

        -- An avatar: the defaults, the fields on top of them; `false` takes a field away.
        local function made(defaults, fields)
          local avatar = merged(defaults, fields or {})
          for key, value in pairs(avatar) do
            if value == false then
              avatar[key] = nil
            end
          end
          return avatar
        end

        local kinds = {
          portrait = {
            id = "portrait", name = "Portrait", training_type = "portrait", status = "completed",
            diffusers_lora_file_url = "https://v3.fal.media/files/portrait.safetensors", trigger_phrase = "TOK",
          },
          style = {
            id = "style", name = "Style", training_type = "style", status = "completed",
            finetune_id = "finetune", trigger_word = "TOK",
          },
        }
        local makers = {}
        for kind, defaults in pairs(kinds) do
          makers[kind] = function(fields)
            return made(defaults, fields)
          end
        end
        globals.avatar = setmetatable(made(kinds.portrait), {
          __index = makers,
          __call = function(_, fields)
            return made(kinds.portrait, fields)
          end,
        })

        -- What the subject gives, or nil and an error value.
        local function outcome(subject)
          local value = subject.value
          local kind = getmetatable(value)
          if kind == Rule then
            if type(subject.prompt) ~= "string" then
              fault('expect(rule, avatar, prompt): a prompt is expected, got ' .. show(subject.prompt))
            end
            local explanation, problem = native._explain(value.file, subject.avatar, subject.prompt, subject.config)
            return explanation and explanation.prompt.after, problem
          end
          if kind == Preset then
            local config = merged(subject.config or {}, { preset = value.name })
            local explanation, problem = native._explain(nil, subject.avatar, subject.prompt, config)
            if not explanation then
              return nil, problem
            end
            return { endpoint = explanation.endpoint, arguments = explanation.arguments }
          end
          return value
        end

        local function actual(subject)
          local value, problem = outcome(subject)
          if problem then
            fault(tostring(subject.value) .. " fails: " .. tostring(problem))
          end
          return value
        end
        """#
}
