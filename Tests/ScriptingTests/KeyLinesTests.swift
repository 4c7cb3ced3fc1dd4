import Testing

@testable import Scripting

@Suite(.timeLimit(.minutes(5)))
struct KeyLinesTests {
    @Test func keysOfATableHaveTheirLines() {
        let lines = lines(
            """
            -- seed = 1
            return {
              description = "seed = 2", -- seed = 3
              seed = 4, num_images = 2,
              ["raw"] = true,
              --[[ acceleration = "none",
              ]]
              image_size = { width = 1,
                height = 2 },
            }
            """)
        #expect(lines["seed"] == 4 && lines["num_images"] == 4 && lines["description"] == 3)
        #expect(lines["raw"] == 5 && lines["image_size"] == 8 && lines["height"] == 9)
        #expect(lines["acceleration"] == nil && lines["nothing"] == nil)
    }

    @Test func membersThatAreAssignedLaterCount() {
        let lines = lines("local t = { seed = 1 }\nlocal raw = true\nt.seed = 2\nif t.seed == 3 then end\nreturn t\n")
        #expect(lines["seed"] == 3)
        #expect(lines["raw"] == nil)
    }

    @Test func theOuterTableCountsMoreThanAnInnerOne() {
        let lines = lines("return {\n seed = 1,\n x = {\n  seed = 2 } }")
        #expect(lines["seed"] == 2)
    }

    @Test(arguments: ["\"", "[[", "--[==[ ]=]", "{ [\"a", "x.", "[", "{ ['\\", "a =", "[=", "return {a=[==[b]=]"])
    func aTextThatEndsInTheMiddleIsRead(text: String) {
        #expect(lines(text)["b"] == nil)
    }

    private func lines(_ text: String) -> KeyLines { KeyLines(in: Array(text.utf8)) }
}
