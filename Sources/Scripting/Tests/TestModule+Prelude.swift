extension TestModule {
    /// What test files see, written in Lua: a test may wait, and its stack is read for the lines of messages.
    static let prelude: StaticString = #"""
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

        -- Matchers: whether it holds, what to say when it does not, and what to say when it must not and does -----

        local function is_equal(subject, expected)
          local value = actual(subject)
          local lines = differences(expected, value, true)
          if type(expected) == "string" and type(value) == "string" then
            lines[1] = lines[1] and "expected " .. show(expected) .. "\n     got " .. show(value)
          end
          return #lines == 0, table.concat(lines, "\n"), "did not expect " .. show(expected)
        end

        local function sends(exactly)
          return function(subject, expected)
            if getmetatable(subject.value) ~= Preset or type(expected) ~= "table" then
              fault "sends: expect(preset \"name\").for_avatar(avatar).sends { key = value }"
            end
            local request = actual(subject)
            local sent = merged(request.arguments, { endpoint = expected.endpoint and request.endpoint })
            local lines = differences(expected, sent, exactly)
            return #lines == 0, table.concat(lines, "\n"), "did not expect to send " .. show(expected)
          end
        end

        local matchers = {
          to_equal = is_equal,
          sends = sends(false),
          sends_exactly = sends(true),
        }

        function matchers.to_be(subject, expected)
          if type(expected) ~= "table" then
            return is_equal(subject, expected)
          end
          return rawequal(actual(subject), expected), "expected the same table", "did not expect the same table"
        end

        function matchers.to_match(subject, pattern)
          local value = actual(subject)
          local found = type(value) == "string" and value:find(pattern) ~= nil
          return found, show(value) .. " does not match " .. show(pattern), show(value) .. " matches " .. show(pattern)
        end

        function matchers.to_contain(subject, part)
          local value = actual(subject)
          local found = false
          if type(value) == "string" then
            found = value:find(part, 1, true) ~= nil
          elseif type(value) == "table" then
            for _, item in pairs(value) do
              found = found or #differences(part, item, true) == 0
            end
          end
          return found, show(value) .. " does not contain " .. show(part), show(value) .. " contains " .. show(part)
        end

        function matchers.to_fail_with(subject, code)
          local problem
          if type(subject.value) == "function" then
            local ok, raised = pcall(subject.value)
            problem = not ok and raised or nil
          else
            problem = select(2, outcome(subject))
          end
          if problem == nil then
            return false, "expected to fail with " .. show(code) .. ", but it does not fail", ""
          end
          local found = type(problem) == "table" and problem.code == code
          if type(problem) == "string" then
            found = problem:find(code, 1, true) ~= nil
          end
          return found, "expected to fail with " .. show(code) .. ", got " .. show(tostring(problem)),
            "did not expect to fail with " .. show(code)
        end

        local running

        function matchers.matches_golden(subject, name)
          name = name or (running or "file"):lower():gsub("[^%w]+", "_"):gsub("^_", ""):gsub("_$", "")
          local value = actual(subject)
          local golden, problem = native._golden(name, value)
          if problem then
            fault(problem)
          end
          local lines = differences(golden, value, true)
          local intro = "differs from golden/" .. name .. ".json\n  "
          local hint = "\nif it is meant so: falhost test --update"
          return #lines == 0, intro .. table.concat(lines, "\n  ") .. hint, "did not expect what is in golden/" .. name .. ".json"
        end

        -- expect ---------------------------------------------------------------------------------------------

        local Failure = { __name = "failure" }

        function Failure:__tostring()
          return self.place .. ": " .. self.message
        end

        local expectation

        -- The steps that say more about the subject.
        local steps = {
          for_avatar = function(subject, avatar, prompt, config)
            return merged(subject, { avatar = avatar, prompt = prompt, config = config })
          end,
          with = function(subject, config)
            return merged(subject, { config = config })
          end,
          for_prompt = function(subject, prompt)
            return merged(subject, { prompt = prompt })
          end,
        }

        local function call(matcher, subject, negated)
          return function(...)
            local holds, message, opposite = matcher(subject, ...)
            if holds == negated then
              message = negated and opposite or message
              local kind = getmetatable(subject.value)
              if kind == Rule or kind == Preset then
                message = tostring(subject.value) .. "\n" .. message
              end
              error(setmetatable({ message = message, place = subject.place }, Failure), 0)
            end
          end
        end

        function expectation(subject, negated)
          return setmetatable({}, {
            __index = function(_, name)
              if name == "never" then
                return expectation(subject, not negated)
              end
              if matchers[name] then
                return call(matchers[name], subject, negated)
              end
              if steps[name] and getmetatable(subject.value) == Preset then
                return function(...)
                  return expectation(steps[name](subject, ...), negated)
                end
              end
              fault("expect has no '" .. tostring(name) .. "': known are never, " .. table.concat(sorted_keys(matchers), ", ")
                .. ", and for a preset " .. table.concat(sorted_keys(steps), ", "))
            end,
          })
        end

        function globals.expect(value, avatar, prompt, config)
          local subject = { value = value, place = place() or "?", avatar = avatar, prompt = prompt, config = config }
          local kind = getmetatable(value)
          if kind == Preset then
            subject.prompt = prompt or "a portrait"
          end
          if kind == Preset or kind == Rule then
            subject.avatar = avatar or globals.avatar
          end
          return expectation(subject, false)
        end

        -- describe and it ------------------------------------------------------------------------------------

        local current = { before = {}, items = {} }

        local function named(what, name, body)
          if type(name) ~= "string" or type(body) ~= "function" then
            fault(what .. ': a name and a function are expected, got ' .. show(name) .. " and " .. type(body))
          end
          if running then
            fault(what .. " is called inside the test '" .. running .. "'")
          end
        end

        function globals.describe(name, body)
          named("describe", name, body)
          local outer = current
          current = { name = name, before = {}, items = {} }
          outer.items[#outer.items + 1] = current
          body()
          current = outer
        end

        function globals.it(name, body)
          named("it", name, body)
          current.items[#current.items + 1] = { name = name, body = body, place = place() }
        end

        function globals.before_each(body)
          named("before_each", "", body)
          current.before[#current.before + 1] = body
        end

        local function located(problem)
          if getmetatable(problem) == Failure then
            return problem
          end
          if type(problem) == "table" and problem.code == "cancelled" then
            return { cancelled = problem }
          end
          local position, message = place(), type(problem) == "table" and show(problem) or tostring(problem)
          local before = message:match "^(.-:%d+): "
          if before then
            position, message = before, message:sub(#before + 3)
          end
          return { message = message, place = position }
        end

        local function run_test(item, befores)
          local failure
          local task = require "task"
          local ok, problem = pcall(task.timeout, native._timeout(), function()
            local passed, found = xpcall(function()
              for _, before in ipairs(befores) do
                before()
              end
              item.body()
            end, located)
            if not passed then
              -- No handler is called where memory or time ran out.
              found = type(found) == "table" and found or located(found)
              if found.cancelled then
                error(found.cancelled, 0)
              end
              failure = found
            end
          end)
          if not ok then
            failure = { message = tostring(problem), place = item.place }
          end
          return failure
        end

        local function run_group(group, names, befores)
          local all = table.move(befores, 1, #befores, 1, {})
          table.move(group.before, 1, #group.before, #all + 1, all)
          for _, item in ipairs(group.items) do
            names[#names + 1] = item.name
            if item.items then
              run_group(item, names, all)
            elseif native._begin(table.unpack(names)) then
              running = table.concat(names, " ")
              local failure = run_test(item, all)
              running = nil
              native._end(failure and failure.message, failure and failure.place or item.place)
            end
            names[#names] = nil
          end
        end

        -- Reads the file for its tests, then runs them.
        function test.run(file)
          for name, value in pairs(globals) do
            _G[name] = value
          end
          -- Reading has its limit too, and so has whatever a file spawns.
          require("task").timeout(native._timeout(), file)
          run_group(current, {}, {})
        end
        """#
}
