internal import FalClient
internal import JSON

extension NameTemplate {
    /// The relative path of a job's picture.
    func components(for source: PictureSource, fileExtension: String) -> [String] {
        let day = source.created.localDay
        var values: [Field: String] = [
            .date: day, .time: source.created.localTime, .index: String(source.index), .job: source.job,
            .run: source.run, .request: source.request.requestID, .ext: fileExtension,
            .endpoint: source.order.endpoint.description,
        ]
        values[.seed] = source.seed.map { String($0) }
        values[.avatar] = source.order.subject?.avatarID
        values[.preset] = source.order.subject?.preset
        values[.prompt] = Self.slug(source.order.subject?.prompt ?? source.order.arguments["prompt"]?.stringValue ?? "")
        return components(values)
    }

    /// The prompt's first words, joined by dashes, in lower case.
    private static func slug(_ prompt: String) -> String {
        let words = prompt.lowercased().split { !$0.isLetter && !$0.isNumber }
        var slug = ""
        for word in words {
            guard slug.utf8.count + word.utf8.count < 60 else { break }
            slug += slug.isEmpty ? word : "-" + word
        }
        return slug.isEmpty ? String(words.first?.prefix(20) ?? "") : slug
    }
}
