package import JSON

extension JSONValue {
    /// A config value as it is written on a command line or in a table's field: what is JSON (a number, true,
    /// {"width": 512, "height": 512}) is taken as such, any other text as a string.
    package init(configText text: String) {
        self = (try? JSONValue(parsing: Array(text.utf8))) ?? .string(text)
    }
}
