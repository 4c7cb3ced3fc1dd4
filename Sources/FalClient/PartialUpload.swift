package import JSON

/// An upload in parts that was begun, as another process needs it to go on with it.
package struct PartialUpload: Sendable, Equatable {
    package let uploadURL: String
    /// Where the file will be.
    package let fileURL: String
    /// In bytes.
    package let partSize: Int
    /// What fal answered to the parts that it has, by their numbers from 1.
    package internal(set) var etags: [Int: String] = [:]

    init(uploadURL: String, fileURL: String, partSize: Int) {
        self.uploadURL = uploadURL
        self.fileURL = fileURL
        self.partSize = partSize
    }

    /// Nil for what `json` has not written.
    package init?(_ json: JSONValue) {
        guard let uploadURL = json["upload_url"]?.stringValue, let fileURL = json["file_url"]?.stringValue,
            let partSize = json["part_size"]?.integerValue.flatMap(Int.init(exactly:)), partSize > 0,
            let parts = json["parts"]?.objectValue
        else { return nil }
        self.init(uploadURL: uploadURL, fileURL: fileURL, partSize: partSize)
        for (name, etag) in parts {
            guard let number = Int(name), number > 0, let etag = etag.stringValue else { return nil }
            etags[number] = etag
        }
    }

    package var json: JSONObject {
        let parts = etags.sorted { $0.key < $1.key }.map { (String($0.key), JSONValue.string($0.value)) }
        return [
            "upload_url": .string(uploadURL), "file_url": .string(fileURL), "part_size": .integer(Int64(partSize)),
            "parts": .object(JSONObject(parts)),
        ]
    }
}
