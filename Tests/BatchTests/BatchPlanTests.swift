import Testing

@testable import Batch

struct BatchPlanTests {
    private func lines(_ text: String, _ format: BatchFormat = .text) throws -> [BatchLine] {
        try BatchFile.read(Array(text.utf8), as: format)
    }

    @Test func linesAreCrossedWithAvatarsAndPresets() throws {
        let options = BatchPlan.Options(
            avatars: ["anna", "noir"], presets: ["fast", "quality"], expansion: .combinations)
        let plan = try BatchPlan(lines("sea\n{day|night}\n"), options)
        #expect(plan.jobs.count == 12)
        #expect(plan.jobs.map(\.number) == Array(1...12))
        #expect(plan.jobs[0].avatar == "anna" && plan.jobs[0].preset == "fast" && plan.jobs[0].prompt == "sea")
        #expect(plan.jobs.suffix(8).prefix(2).map(\.prompt) == ["day", "night"])
        #expect(plan.jobs.last?.line == 2)
    }

    @Test func whatALineNamesIsNotCrossed() throws {
        let options = BatchPlan.Options(avatars: ["anna", "noir"], presets: ["fast"], expansion: .combinations)
        let jobs = try BatchPlan(lines("prompt,avatar,preset\nsea,max,\nnight,,ultra\n", .csv), options).jobs
        #expect(jobs.map(\.avatar) == ["max", "anna", "noir"])
        #expect(jobs.map(\.preset) == ["fast", "ultra", "ultra"])
    }

    @Test func variablesOfTheLineLieOnTopOfTheCommandLines() throws {
        let options = BatchPlan.Options(
            avatars: ["anna"], variables: ["who": "a", "how": "b"], expansion: .combinations)
        let text = "prompt,{{who}}\n{{who}} {{how}} {{number}} {{avatar}},c\n{{who}},\n"
        #expect(try BatchPlan(lines(text, .csv), options).jobs.map(\.prompt) == ["c b 1 anna", "a"])
    }

    @Test func theSameSeedDrawsTheSame() throws {
        func prompts(_ seed: UInt64, _ text: String) throws -> [String] {
            let options = BatchPlan.Options(avatars: ["anna"], expansion: .drawn(seed: seed), copies: 20)
            return try BatchPlan(lines(text), options).jobs.map(\.prompt)
        }
        let prompts1 = try prompts(1, "{a|b|c|d|e|f|g|h}")
        #expect(try prompts(1, "{a|b|c|d|e|f|g|h}") == prompts1)
        #expect(try prompts(2, "{a|b|c|d|e|f|g|h}") != prompts1)
        #expect(Set(prompts1).count > 3)
    }

    @Test func aPlanThatCannotBeMadeNamesItsLines() throws {
        func problems(_ text: String, avatars: [String]) throws -> [String] {
            do {
                _ = try BatchPlan(lines(text), .init(avatars: avatars, variables: ["x": ""], expansion: .combinations))
                return []
            } catch let error as BatchFileError { return error.problems.map(\.description) }
        }
        #expect(
            try problems("a\n{{b}}\n", avatars: []) == [
                "line 1: no avatar: name one with --avatar, or in the line",
                "line 2: no avatar: name one with --avatar, or in the line",
                "line 2: {{b}} has no value: give it with --var b=…; known: avatar, line, number, x",
            ])
        let many = String(repeating: "{a|b}", count: 20)
        #expect(
            try problems(many, avatars: ["anna"]) == [
                "line 1: more than 100000 jobs; take fewer with --limit, or draw alternatives"
            ])
    }

    @Test func aLimitTakesTheFirstJobs() throws {
        let options = BatchPlan.Options(avatars: ["anna"], expansion: .combinations)
        #expect(try BatchPlan(lines(String(repeating: "{a|b}", count: 60)), options, limit: 3).jobs.count == 3)
    }
}
