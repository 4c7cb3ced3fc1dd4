package import JSON

/// A picture that lies on this machine, as the index has it.
package struct KeptPicture: Sendable, Equatable {
    /// The job that made it.
    package let job: String
    /// Its place among the job's pictures, from 1.
    package let index: Int
    /// Of the file's bytes: 64 hexadecimal digits.
    package let sha256: String
    /// In bytes.
    package let size: Int
    /// In pixels, where the file's header tells.
    package let width: Int?
    package let height: Int?
    package let contentType: String?
    /// Where it came from; of a data URI only what stands before the comma.
    package let url: String
    /// The absolute path of the file that was named for people.
    package let path: String
    package let kept: Timestamp
    /// What tells an equal request to the same endpoint again, with and without the seed.
    package let request: RequestKey?

    package init(
        job: String, index: Int, sha256: String, size: Int, width: Int?, height: Int?, contentType: String?,
        url: String,
        path: String, kept: Timestamp, request: RequestKey? = nil
    ) {
        (self.job, self.index, self.sha256, self.size) = (job, index, sha256, size)
        (self.width, self.height, self.contentType) = (width, height, contentType)
        (self.url, self.path, self.kept, self.request) = (url, path, kept, request)
    }

    /// What programs read of it; what is not known is left out.
    package var json: JSONObject {
        var json: JSONObject = [
            "index": .integer(Int64(index)), "path": .string(path), "sha256": .string(sha256),
            "size": .integer(Int64(size)),
        ]
        if let width { json.append("width", .integer(Int64(width))) }
        if let height { json.append("height", .integer(Int64(height))) }
        if let contentType { json.append("content_type", .string(contentType)) }
        json.append("url", .string(url))
        return json
    }
}

/// Where pictures are recorded; changes are durable when a call returns. Everything it throws is a `storage` error.
package protocol PictureIndex: Sendable {
    /// Records a picture, in place of what is there for its job and index.
    func add(_ picture: KeptPicture) async throws(GenerationError)
    /// Records that a picture of a job can be had no more, so that it is not asked for again.
    func lose(_ index: Int, of job: String, at url: String) async throws(GenerationError)
    /// By the jobs' ids, in the order of their indexes; jobs without pictures are left out.
    func pictures(of jobs: [String]) async throws(GenerationError) -> [String: [KeptPicture]]
    /// The pictures whose files have that path.
    func pictures(at path: String) async throws(GenerationError) -> [KeptPicture]
    /// Completed jobs that made such a request and have kept pictures, oldest first.
    func jobs(answering request: RequestKey, anySeed: Bool, limit: Int) async throws(GenerationError) -> [String]
    /// The newest completed job in whose output an address stands.
    func job(withOutput url: String) async throws(GenerationError) -> Job?
    /// Completed jobs of runs that wanted their pictures kept (of one run, where it is named), as far as some are neither
    /// kept nor lost; oldest first.
    func jobsLackingPictures(run: String?) async throws(GenerationError) -> [Job]
}
