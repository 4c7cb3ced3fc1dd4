import Generation
import Scripting
import Training

extension Doctor {
    /// Whether the training presets can be read and are taken by a trainer.
    func trainingPresets() -> Finding {
        do {
            let project = try host.projectFolder()
            let source = TrainingPresets(presets: project.presets, library: project.library)
            let names = try source.trainingPresetNames()
            for name in names {
                let problems = try source.trainingPreset(named: name).problems
                if problems.isEmpty { continue }
                return Finding(
                    .problem, "training", GenerationError.invalidConfig(problems).message(in: host.language),
                    advice: "mend the file in presets/training")
            }
            if names.isEmpty {
                return Finding(
                    .note, "training", "there are no presets in presets/training",
                    advice: "falhost init FOLDER writes the usual three: copy them")
            }
            return Finding(
                .ok, "training", names.joined(separator: ", "), advice: Trainer.deprecation)
        } catch {
            return Finding(.problem, "training", host.line(error))
        }
    }
}
