import EventLoop
import Generation
import JSON
import Logging
import Scripting

// The nanoseconds that a folder's rules take for one prompt, as the service runs them: the best of ten rounds.
// Usage: RuleBenchmark RULES_FOLDER LIBRARY_FOLDER PROMPT

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
    print("usage: RuleBenchmark RULES_FOLDER LIBRARY_FOLDER PROMPT")
    throw UsageError()
}
let nanoseconds = try await LoopActor.spawn { try measure(arguments[1], arguments[2], arguments[3]) }.value
print(nanoseconds)

struct UsageError: Error {}

@LoopActor
func measure(_ folder: String, _ library: String, _ prompt: String) throws -> Double {
    let log = ReloadLog(logger: Logger(label: "bench"), language: .english)
    let rules = LuaPromptRules(folder: folder, library: library, log: log)
    let context = RuleContext(
        avatar: Avatar(
            id: "bench", name: "Bench", trainingType: "portrait", status: "completed",
            diffusersLoraFileURL: "https://v3.fal.media/files/bench/lora.safetensors", triggerPhrase: "TOK woman"),
        preset: "balanced",
        config: [
            "preset": "balanced", "num_inference_steps": 28, "guidance_scale": 3.5, "image_size": "square_hd",
            "lora_scale": 1.0, "finetune_strength": 1.0,
        ], endpoint: "fal-ai/flux-lora")
    let count = 20_000
    var best = Double.infinity
    for _ in 0..<10 {
        let start = ContinuousClock.now
        for _ in 0..<count { _ = try rules.apply(to: prompt, context: context) }
        best = min(best, (ContinuousClock.now - start) / .nanoseconds(1) / Double(count))
    }
    return best
}
