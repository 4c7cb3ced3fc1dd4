extension TestModule {
    /// `expect`, `describe`, `it`, and how they are run; a piece of the prelude.
    static let tests: StaticString = #"""
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
