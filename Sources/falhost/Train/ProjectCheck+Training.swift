import Generation
import Scripting
import Training

extension ProjectCheck {
    /// What in `presets/training` no trainer takes.
    func trainingPresets() throws -> [CheckProblem] {
        let source = TrainingPresets(presets: project.presets, library: project.library)
        return try source.trainingPresetNames().flatMap { name in
            do throws(GenerationError) {
                return place(try source.trainingPreset(named: name).problems)
            } catch {
                if case .brokenPreset(let file, let fault) = error {
                    return [CheckProblem(file, reason: fault.message(in: language))]
                }
                return [CheckProblem("presets/training/\(name).lua", line: nil, error.message(in: language))]
            }
        }
    }
}
