extension NameTemplate {
    /// A name that somebody gave to a picture, fields and folders allowed: the ending is the content's own, whatever
    /// picture's ending stands there.
    package init(fileName text: String) throws(NameTemplateError) {
        let ending = Self.pictureEndings.first { text.lowercased().hasSuffix($0) && text.count > $0.count }
        let isWhole = text.isEmpty || text.hasSuffix("{ext}")
        try self.init(isWhole ? text : text.dropLast(ending?.count ?? 0) + ".{ext}")
    }

    private static let pictureEndings = [".png", ".jpg", ".jpeg", ".webp", ".gif"]
}
