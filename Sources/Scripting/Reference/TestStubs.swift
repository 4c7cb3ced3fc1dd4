/// The globals of test files for lua-language-server; they come from a prelude, not from declarations.
enum TestStubs {
    static let fileName = "tests.lua"

    static let text: StaticString = #"""
        ---@meta _
        -- Written by `falhost types`: changes are lost. What scripts/tests/*_test.lua see.

        ---@class falhost.Rule
        ---@class falhost.Preset

        ---@class falhost.Expectation
        ---@field never falhost.Expectation the opposite is expected
        local expectation = {}
        function expectation.to_be(expected) end
        ---Equal by content.
        function expectation.to_equal(expected) end
        ---@param pattern string of Lua's
        function expectation.to_match(pattern) end
        function expectation.to_contain(part) end
        ---@param code string of an error, or a part of its message
        function expectation.to_fail_with(code) end
        ---@param values table<string, any> arguments that are sent, others aside; `endpoint` too
        function expectation.sends(values) end
        ---@param values table<string, any> all arguments that are sent
        function expectation.sends_exactly(values) end
        ---@param name? string of the file in golden/; the test's own when none is given
        function expectation.matches_golden(name) end
        ---@param avatar fal.Avatar
        ---@param prompt? string
        ---@param config? fal.Config
        ---@return falhost.Expectation
        function expectation.for_avatar(avatar, prompt, config) end
        ---@param prompt string
        ---@return falhost.Expectation
        function expectation.for_prompt(prompt) end
        ---@param config fal.Config
        ---@return falhost.Expectation
        function expectation.with(config) end

        ---@param name string
        ---@param body fun()
        function describe(name, body) end
        ---@param name string
        ---@param body fun()
        function it(name, body) end
        ---@param body fun()
        function before_each(body) end
        ---@param value any a rule, a preset, or any value
        ---@param avatar? fal.Avatar
        ---@param prompt? string
        ---@param config? fal.Config
        ---@return falhost.Expectation
        function expect(value, avatar, prompt, config) end
        ---@param name string of its file, or a part of that
        ---@return falhost.Rule
        function rule(name) end
        ---@return falhost.Rule all rules in their order
        function rules() end
        ---@param name string
        ---@return falhost.Preset
        function preset(name) end

        ---@class falhost.TestAvatar: fal.Avatar
        ---@field portrait fun(fields?: table): fal.Avatar
        ---@field style fun(fields?: table): fal.Avatar
        ---@overload fun(fields?: table): fal.Avatar
        avatar = {}

        """#
}
