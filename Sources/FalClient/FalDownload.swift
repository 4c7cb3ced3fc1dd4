/// A file that was fetched.
package struct FalDownload: Sendable, Equatable {
    /// Where the file is.
    package let path: String
    /// In bytes.
    package let size: Int
    /// As the server or the data URI names it; nil when it does not.
    package let contentType: String?

    package init(path: String, size: Int, contentType: String?) {
        self.path = path
        self.size = size
        self.contentType = contentType
    }
}
