internal import Generation

/// Where in an avatar's row a training is written down.
extension Avatar {
    mutating func begin(_ type: TrainingType, name: String, trigger: String, userID: String?) {
        self.name = name
        trainingType = type.rawValue
        status = "draft"
        diffusersLoraFileURL = nil
        finetuneID = nil
        triggerPhrase = type == .portrait ? trigger : nil
        triggerWord = type == .style ? trigger : nil
    }

    mutating func take(_ model: TrainedModel) {
        switch model {
        case .lora(let file, _): diffusersLoraFileURL = file
        case .finetune(let id): finetuneID = id
        }
        status = Status.completed
    }

    mutating func end(_ status: String, reason: String?) {
        self.status = status
    }

    /// The statuses that a training goes through (DESIGN.md §1).
    enum Status {
        static let uploading = "photos_uploading"
        static let ready = "ready_for_training"
        static let training = "training"
        static let completed = "completed"
        static let error = "error"
        static let cancelled = "cancelled"
    }
}

extension Avatar {
    /// The training is at fal.
    mutating func note(_ job: Job) {
        status = Status.training
    }

    /// SHA-256 of the file of weights, where it is kept on this machine.
    var keptSHA256: String? {
        get { nil }
        set {}
    }
}
