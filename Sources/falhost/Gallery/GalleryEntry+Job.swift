import FalClient
import Gallery
import Generation
import JSON

extension GalleryEntry {
    /// One entry for each picture of a job; a job without pictures is one entry too.
    ///
    /// - Parameters:
    ///   - files: the job's pictures that are kept.
    ///   - objects: the folder of the store that keeps them.
    static func entries(of job: Job, in run: Run?, files: [KeptPicture], objects: String?) -> [GalleryEntry] {
        var entry = GalleryEntry(
            job: job.id, run: job.run, state: job.state.name.rawValue, prompt: job.title,
            sentPrompt: job.order.arguments["prompt"]?.stringValue ?? job.title,
            endpoint: job.order.endpoint.description, arguments: job.order.arguments,
            created: job.created.milliseconds)
        if let subject = job.order.subject {
            entry.prompt = subject.prompt
            (entry.avatar, entry.preset) = (subject.avatarID, subject.preset)
            entry.command = RemakeCommand.line(
                avatar: subject.avatarID, preset: subject.preset, prompt: subject.prompt,
                arguments: job.order.arguments)
        }
        entry.seed = job.state.output?.output["seed"]?.integerValue ?? job.order.seed
        entry.requestID = job.state.request?.requestID
        entry.price = job.cost.price?.number
        entry.isSimulated = run?.isSimulated ?? false
        if !job.state.name.isOpen {
            entry.seconds = Double(job.updated.milliseconds - job.created.milliseconds) / 1000
        }
        if let failure = job.state.failure { entry.failure = Failure(code: failure.code, message: failure.message) }
        guard let output = job.state.output else { return [entry] }
        return entry.with(pictures(in: output.output, files: files, objects: objects))
    }

    /// The entry once for each picture.
    func with(_ pictures: [Picture]) -> [GalleryEntry] {
        if pictures.isEmpty { return [self] }
        return pictures.enumerated().map { place, picture in
            var entry = self
            entry.number = place + 1
            entry.picture = picture
            if let file = picture.file, NewFile.exists(file + ".json") {
                entry.picture?.receipt = file + ".json"
                entry.command = RemakeCommand.line(receiptOf: file)
            }
            return entry
        }
    }

    /// What a model's output says of its pictures.
    private static func pictures(in output: JSONValue, files: [KeptPicture], objects: String?) -> [Picture] {
        let flags = output["has_nsfw_concepts"]?.arrayValue ?? []
        return (output["images"]?.arrayValue ?? []).enumerated().map { place, image in
            let kept = files.first { $0.index == place + 1 }
            return Picture(
                file: kept?.file(objects: objects), url: image["url"]?.stringValue,
                width: kept?.width ?? image["width"]?.integerValue.flatMap(Int.init(exactly:)),
                height: kept?.height ?? image["height"]?.integerValue.flatMap(Int.init(exactly:)),
                isFlagged: place < flags.count && flags[place].boolValue == true)
        }
    }
}
