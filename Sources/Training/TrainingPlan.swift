internal import FalClient
package import Generation
package import JSON

/// What a training would send, before anything is.
package struct TrainingPlan: Sendable {
    package let request: TrainingRequest
    package let avatarID: String
    package let trainer: Trainer
    package let config: TrainingConfig
    package let photos: CheckedPhotos
    /// Errors first.
    package let findings: [TrainingFinding]
    package let estimate: CostEstimate

    package var errors: [TrainingFinding] { findings.filter { $0.level == .error } }

    /// The request's body; the archive's address is known when it is uploaded.
    package func arguments(archive: String) -> JSONObject {
        var arguments: JSONObject = [trainer.archiveField: .string(archive)]
        arguments.append(trainer.triggerField, .string(request.trigger))
        for argument in config.arguments { arguments.append(argument.name, argument.value) }
        return arguments
    }

    /// The job; `url` is where the archive was uploaded.
    func order(_ archive: PhotoArchive, at url: String) throws(GenerationError) -> JobOrder {
        let endpoint: EndpointID
        do throws(FalError) {
            endpoint = try EndpointID(trainer.id)
        } catch {
            throw .fal(error)
        }
        var order = JobOrder(
            endpoint: endpoint, arguments: arguments(archive: url), options: JobOptions(timeout: request.timeout),
            subject: nil)
        order.options.key = request.key
        order.training = JobOrder.Training(
            avatarID: avatarID, product: trainer.product.rawValue, preset: request.preset, archive: archive.sha256,
            photos: photos.count, keepsFile: request.keepsFile,
            words: [
                "kind": .string(request.type.rawValue), "trigger": .string(request.trigger),
                "settings": .object(request.overrides),
            ])
        return order
    }

    /// As `falhost train --dry-run --json` prints it.
    package var json: JSONObject {
        var json: JSONObject = [
            "kind": .string(request.type.rawValue), "avatar": .string(avatarID), "name": .string(request.name),
            "endpoint": .string(trainer.id), "preset": .string(request.preset),
            "photos": .integer(Int64(photos.count)), "bytes": .integer(Int64(photos.bytes)),
            "arguments": .object(arguments(archive: "<the archive's address>")),
        ]
        json.append("dropped", .array(config.dropped.map { .string($0) }))
        json.append("cost", .object(estimate.json(endpoint: trainer.id)))
        json.append("findings", .array(findings.map { .object($0.json) }))
        return json
    }
}
