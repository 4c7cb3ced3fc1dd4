import JSON
import Testing

@testable import Batch

struct BatchFileTests {
    private func read(_ text: String, _ format: BatchFormat) throws -> [BatchLine] {
        try BatchFile.read(Array(text.utf8), as: format)
    }

    private func problems(_ text: String, _ format: BatchFormat) -> [String] {
        do {
            _ = try read(text, format)
            return []
        } catch let error as BatchFileError {
            return error.problems.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    private func line(_ number: Int, _ prompt: String) throws -> BatchLine {
        BatchLine(number: number, prompt: try PromptTemplate(parsing: prompt))
    }

    @Test func aTextFileHasAPromptALine() throws {
        let text = "\u{FEFF}# title\r\nby the sea\r\n\r\n  ночью  \n\\# one\n"
        #expect(try read(text, .text) == [line(2, "by the sea"), line(4, "ночью"), line(5, "# one")])
    }

    @Test func aTableHasColumnsByName() throws {
        let text = #"""
            prompt,avatar,preset,file,num_images,image_size,{{place}}
            "smiling, in a ""park""",anna,fast,a b,2,"{""width"": 512, ""height"": 256}",sea
            plain,,,,,,

            "two
            lines",,quality
            """#
        let lines = try read(text, .csv)
        #expect(lines.map(\.number) == [2, 3, 5])
        #expect(
            lines.map(\.prompt) == [
                try PromptTemplate(parsing: "smiling, in a \"park\""), try PromptTemplate(parsing: "plain"),
                try PromptTemplate(parsing: "two\nlines"),
            ])
        #expect(lines[0].avatar == "anna" && lines[0].preset == "fast" && lines[0].fileName == "a b")
        #expect(lines[0].overrides == ["num_images": 2, "image_size": ["width": 512, "height": 256]])
        #expect(lines[0].variables == ["place": "sea"])
        #expect(lines[1] == (try line(3, "plain")))
        #expect(lines[2].preset == "quality")
    }

    @Test(arguments: ["prompt;seed\na, b;7\n", "prompt\tseed\na, b\t7\n", "prompt,seed\r\n\"a, b\",7\r\n"])
    func aTableIsSeparatedAsItsHeaderIs(text: String) throws {
        let lines = try read(text, .csv)
        #expect(lines.map(\.prompt) == [try PromptTemplate(parsing: "a, b")])
        #expect(lines[0].overrides == ["seed": 7])
    }

    @Test func aLineOfJSONIsAnObject() throws {
        let text = """
            {"prompt": "at {{time}}", "avatar": "anna", "seed": 0, "file": "x", "variables": {"time": "night", "n": 3}}

            {"prompt": "plain", "preset": null}
            """
        let lines = try read(text, .jsonLines)
        #expect(lines.map(\.number) == [1, 3])
        #expect(lines[0].variables == ["time": "night", "n": "3"])
        #expect(lines[0].overrides == ["seed": 0])
        #expect(lines[1] == (try line(3, "plain")))
    }

    @Test func everyBadLineIsNamed() {
        #expect(
            problems("a {b|c\nok\n}d\n", .text) == [
                "line 1: '{' at character 3 is never closed; write \\{ for a brace",
                "line 3: '}' at character 1 closes nothing; write \\} for a brace",
            ])
        #expect(problems("prompt,sed\na,1\n", .csv) == ["line 1: unknown column 'sed'; did you mean 'seed'?"])
        #expect(
            problems("avatar\nanna\n", .csv) == [
                "line 1: the first line names the columns, and 'prompt' must be among them"
            ])
        #expect(
            problems("prompt,seed\n,1\na,b,c\n\"x", .csv) == [
                "line 2: the prompt is empty", "line 3: 3 fields, but the header has 2; quote a field with a comma",
                "line 4: a quote (\") is never closed",
            ])
        #expect(
            problems("{\"prompt\": 1}\n[1]\n{\"prompt\": \"a\", \"avatr\": \"b\", \"file\": [1]}\n{", .jsonLines) == [
                "line 1: 'prompt' must be a string that is not empty", "line 2: not an object: {\"prompt\": \"…\"}",
                "line 3: unknown member 'avatr'; did you mean 'avatar'?", "line 3: 'file' must be a string, not array",
                "line 4: not JSON: the document ends too early at byte 1",
            ])
        #expect(problems("\n# nothing\n", .text) == ["line 1: the file has no prompts"])
    }

    @Test func bytesThatAreNotUTF8AreNamedWithTheirLine() {
        #expect(throws: BatchFileError.self) { try BatchFile.read([0x61, 0x0A, 0xFF, 0x0A], as: .text) }
        do {
            _ = try BatchFile.read([0x61, 0x0A, 0xFF, 0x0A], as: .text)
        } catch {
            #expect(error.problems == [BatchProblem(line: 2, "not UTF-8; save the file as UTF-8")])
        }
    }

    @Test func theFormatIsTheFilesExtension() {
        #expect(
            ["a.txt", "a/b.CSV", "x.jsonl", "x.json", "a.csv/b"].map { BatchFormat(path: $0) } == [
                .text, .csv, .jsonLines, nil, nil,
            ])
    }
}
