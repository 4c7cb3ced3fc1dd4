extension TestModule {
    /// The matchers of `expect`; a piece of the prelude.
    static let matchers: StaticString = #"""
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
        """#
}
