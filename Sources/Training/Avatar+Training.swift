internal import FalClient
internal import Generation

/// Where in an avatar's row a training is written down.
extension Avatar {
    mutating func begin(_ type: TrainingType, name: String, trigger: String, userID: String?) {
        self.name = name
        trainingType = type.rawValue
        status = "draft"
        if let userID { self.userID = userID }
        triggerPhrase = type == .portrait ? trigger : nil
        triggerWord = type == .style ? trigger : nil
        diffusersLoraFileURL = nil
        finetuneID = nil
        configFileURL = nil
        loraSHA256 = nil
        loraSize = nil
        loraValidator = nil
        trainingRequestID = nil
        trainingError = nil
    }

    /// The training is at fal.
    mutating func note(_ job: Job) {
        status = Status.training
        trainingRequestID = job.state.request?.requestID
    }

    mutating func take(_ model: TrainedModel) {
        switch model {
        case .lora(let file, let config):
            diffusersLoraFileURL = file
            configFileURL = config
        case .finetune(let id): finetuneID = id
        }
        status = Status.completed
        trainingError = nil
    }

    mutating func end(_ status: String, reason: String) {
        self.status = status
        trainingError = status == Status.error ? reason : nil
    }

    func changed(_ change: (inout Avatar) -> Void) -> Avatar {
        var avatar = self
        change(&avatar)
        return avatar
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
