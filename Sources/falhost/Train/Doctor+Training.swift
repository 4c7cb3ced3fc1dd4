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
                    .problem, .training, GenerationError.invalidConfig(problems).message(in: language),
                    advice: language.wording("mend the file in presets/training", "исправьте файл в presets/training"))
            }
            if names.isEmpty {
                return Finding(
                    .note, .training,
                    language.wording("there are no presets in presets/training", "в presets/training нет пресетов"),
                    advice: language.wording(
                        "falhost init FOLDER writes the usual three: copy them",
                        "falhost init ПАПКА создаёт три обычных: скопируйте их"))
            }
            return Finding(
                .ok, .training, names.joined(separator: ", "), advice: Trainer.deprecation(in: language))
        } catch {
            return Finding(.problem, .training, line(error))
        }
    }
}
