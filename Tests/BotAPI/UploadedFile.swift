/// A file that came in a multipart form.
package struct UploadedFile: Sendable, Equatable {
    package let name: String
    package let bytes: [UInt8]
}
