import JSON
import NIOCore

/// What is behind the URLs that an input names, as far as they are the simulator's own.
extension Service {
    /// What a job gives; found out when it is first asked for.
    func outcome(of job: Job) -> Outcome {
        if let known = job.outcome { return known }
        let outcome =
            job.end ?? job.faultyOutcome
            ?? .of(
                input: job.input, schema: EndpointSchemas.schema(of: job.origin.endpoint), spareSeed: job.spareSeed,
                isMissing: isMissing)
        job.outcome = outcome
        return outcome
    }

    /// What a trainer is to learn from, or why its input is refused; nil for an endpoint that does not train.
    func trainingSet(for input: [UInt8], endpoint: String) -> Result<TrainingSet, Outcome.Refusal>? {
        let schema = EndpointSchemas.schema(of: endpoint)
        guard let trainer = schema.trainer else { return nil }
        do throws(Outcome.Refusal) {
            let input = try Outcome.checked(input, schema: schema).objectValue ?? [:]
            let source = source(of: input[trainer.data]?.stringValue ?? "")
            return .success(
                TrainingSet(
                    endpoint: endpoint, schema: schema, trainer: trainer, input: input, source: source,
                    seed: configuration.seed))
        } catch {
            return .failure(error)
        }
    }

    private func source(of url: String) -> TrainingSet.Source {
        guard let id = ownFile(url) else { return .elsewhere }
        return files[id].map { .archive($0.bytes) } ?? .missing
    }

    /// One of the simulator's own URLs with nothing behind it; other servers' files are taken to be there.
    private func isMissing(_ url: String) -> Bool {
        guard let id = ownFile(url) else { return false }
        return files[id] == nil && jobs.trained[id] == nil
    }

    /// The file that one of the simulator's own URLs names, whether it is there or not.
    private func ownFile(_ url: String) -> RequestID? {
        let folder = baseURL + "/files/b/"
        guard url.hasPrefix(folder) else { return nil }
        return url.dropFirst(folder.count).split(separator: "/").first.flatMap { RequestID($0) }
    }
}
