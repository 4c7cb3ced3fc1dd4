internal import FalClient

/// How a picture came about: all that making it again takes, and what it cost.
///
/// It has no key: fal's requests carry that in a header, which is not part of the arguments.
package struct Receipt: Sendable, Equatable {
    /// The version of the document that is written.
    package static let version = 1

    /// falhost's version when the job was sent; nil where the ledger did not keep it yet.
    package let program: String?
    package let run: String
    package let job: String
    /// The script's path, or the command.
    package let script: String
    /// SHA-256 of the script's text, without the modules that it requires; nil for a command.
    package let scriptHash: String?
    /// When the job was made.
    package let created: Timestamp
    /// Made by a simulator, not by a model: it cost nothing.
    package let isSimulated: Bool
    /// What was sent, exactly, and what for.
    package let order: JobOrder
    package let requestID: String?
    /// Nil where fal did not tell.
    package let billableUnits: Double?
    /// Nil where it is not known.
    package let price: Dollars?
    package let picture: Picture

    /// The picture as fal gave it.
    package struct Picture: Sendable, Equatable {
        /// Its place among the job's pictures, from 1.
        package let index: Int
        /// Of a picture that came as a data URI only what stands before the comma.
        package let url: String
        /// Of the bytes that fal gave: a PNG that has its receipt in a chunk of its own has another hash.
        package let sha256: String
        /// In pixels, where they are known.
        package let width: Int?
        package let height: Int?
        package let contentType: String?

        /// As a kept picture is recorded, whose bytes are fal's.
        package init(_ kept: KeptPicture) {
            self.init(
                index: kept.index, url: kept.url, sha256: kept.sha256, width: kept.width, height: kept.height,
                contentType: kept.contentType)
        }

        package init(index: Int, url: String, sha256: String, width: Int?, height: Int?, contentType: String?) {
            self.index = index
            self.url = url
            self.sha256 = sha256
            self.width = width
            self.height = height
            self.contentType = contentType
        }
    }

    /// - Parameter run: the job's.
    package init(_ source: PictureSource, of run: Run, picture: Picture) {
        self.init(
            program: run.version, run: run.id, job: source.job, script: run.script, scriptHash: run.scriptHash,
            created: source.created, isSimulated: run.isSimulated, order: source.order,
            requestID: source.request.requestID, billableUnits: source.billableUnits, price: source.price,
            picture: picture)
    }

    init(
        program: String?, run: String, job: String, script: String, scriptHash: String?, created: Timestamp,
        isSimulated: Bool, order: JobOrder, requestID: String?, billableUnits: Double?, price: Dollars?,
        picture: Picture
    ) {
        self.program = program
        self.run = run
        self.job = job
        self.script = script
        self.scriptHash = scriptHash
        self.created = created
        self.isSimulated = isSimulated
        self.order = order
        self.requestID = requestID
        self.billableUnits = billableUnits
        self.price = price
        self.picture = picture
    }
}
