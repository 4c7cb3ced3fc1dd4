package import Generation

extension GenerationError.Code {
    /// When it is raised, in one line for the reference.
    package var summary: String {
        switch self {
        case .avatarNotFound: "the project knows no avatar with this id"
        case .avatarNotTrained: "the avatar's status is not `completed`"
        case .loraFileMissing: "a portrait avatar has no `diffusers_lora_file_url`"
        case .finetuneIDMissing: "a style avatar has no `finetune_id`"
        case .unknownTrainingType: "the avatar is neither `portrait` nor `style`"
        case .unknownPreset: "no preset has this name"
        case .invalidConfig: "a key of the config, or a preset's file, is wrong; `details` names each"
        case .invalidPrompt: "the prompt is empty, too long or not UTF-8"
        case .ruleFailed:
            "a rule raised an error or gave no prompt, or the policy could not decide; the message names the line"
        case .missingAPIKey: "there is no key (`FAL_KEY`)"
        case .unauthorized: "fal refuses the key"
        case .billing: "fal refuses to work: the account has no funds, or may not use the model"
        case .endpointNotFound: "fal has no such model or job"
        case .validation: "arguments are wrong: falhost's own check, or fal's; `details` names each"
        case .contentPolicyViolation: "fal's filter refused the prompt or the picture"
        case .rateLimited: "fal asks to come back later"
        case .serverError: "fal failed"
        case .timeout: "the result, or a server's answer, did not come in time"
        case .network: "fal, or the server that `http` asked, could not be reached, or the connection broke"
        case .submitUnknown: "the answer to a submit was lost: fal may have the job, so it is not sent again"
        case .malformedResponse: "fal, or the server that `http` asked, answered with what cannot be used"
        case .noImages: "the job succeeded without a picture"
        case .expired: "fal has removed the job or its output"
        case .cancelled: "the call, or the task that made it, was cancelled"
        case .budgetExceeded: "the run would cost more than was allowed, or the policy refuses the job"
        case .storage: "a file or the database could not be read or written"
        }
    }
}
