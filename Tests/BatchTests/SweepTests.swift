import JSON
import Testing

@testable import Batch

struct SweepTests {
    @Test(arguments: [
        ("lora_scale=0.8:1.2:0.1", ["0.8", "0.9", "1.0", "1.1", "1.2"]),
        ("num_inference_steps=20:45:10", ["20", "30", "40"]),
        ("guidance_scale=0:1:0.25", ["0.00", "0.25", "0.50", "0.75", "1.00"]), ("guidance_scale=3:3:1", ["3"]),
        ("image_size=square,portrait_4_3", ["square", "portrait_4_3"]), ("aspect_ratio=16:9,1:1", ["16:9", "1:1"]),
        ("aspect_ratio=16:9", ["16:9"]), ("raw=true,false", ["true", "false"]),
    ])
    func `A range or a list`(text: String, values: [String]) throws {
        #expect(try Sweep(parsing: text).values == values)
    }

    @Test(arguments: [
        "lora_scale", "=1,2", "k=", "k=1,,2", "k=1,1", "k=2:1:1", "k=0:1:0", "k=0:1:0.0001", "k=0:9999999:1",
    ])
    func `What is no sweep`(text: String) {
        #expect(throws: Sweep.Fault.self) { try Sweep(parsing: text) }
    }

    @Test func `What does not vary is the same in every cell`() throws {
        let plan = try ComparisonPlan(
            avatars: ["anna"], presets: ["fast"], sweeps: [Sweep(parsing: "a=1,2"), Sweep(parsing: "b=x,y,z")],
            prompt: "p",
            seed: 7)
        #expect(plan.rows?.name == "a" && plan.columns.name == "b")
        #expect(plan.jobs.map(\.number) == [1, 2, 3, 4, 5, 6])
        #expect(plan.jobs.allSatisfy { $0.avatar == "anna" && $0.preset == "fast" && $0.overrides["seed"] == 7 })
        #expect(plan.jobs.map { $0.overrides["a"] } == [1, 1, 1, 2, 2, 2])
        #expect(plan.jobs.map { $0.overrides["b"] } == ["x", "y", "z", "x", "y", "z"])
        #expect(plan.name(of: plan.jobs[4]) == "a 2, b y")
    }

    @Test func `A swept seed takes the place of the one`() throws {
        let plan = try ComparisonPlan(
            avatars: ["anna"], presets: [], sweeps: [Sweep(parsing: "seed=3,4")], prompt: "p", seed: 7)
        #expect(plan.jobs.map { $0.overrides["seed"] } == [3, 4])
        #expect(plan.jobs.allSatisfy { $0.preset == nil })
    }
}
