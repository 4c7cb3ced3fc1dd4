internal import EventLoop

extension GenerationService {
    /// Loads what has changed of presets and rules, and tells what a call would meet that needs them: a line each.
    package func sourceProblems() -> [String] {
        var problems: [String] = []
        func note(_ load: () throws(GenerationError) -> Void) {
            do throws(GenerationError) {
                try load()
            } catch {
                problems.append(error.message(in: settings.language))
            }
        }
        var names: [String] = []
        note { () throws(GenerationError) in names = try presets.presetNames() }
        for name in names {
            note { () throws(GenerationError) in
                let faults = try presets.preset(named: name).problems
                if !faults.isEmpty { throw .invalidConfig(faults) }
            }
        }
        note { () throws(GenerationError) in _ = try rules.snapshot() }
        return problems
    }
}
