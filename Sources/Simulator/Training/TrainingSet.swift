import JSON
import NIOCore

/// What a trainer is to learn from: a valid input, and what is behind the URL of its archive.
struct TrainingSet: Sendable {
    enum Source: Sendable {
        case archive(ByteBuffer)
        /// Another server's file, which is not asked for: nothing leaves loopback.
        case elsewhere
        /// One of the simulator's own URLs, with no file behind it.
        case missing
    }

    let endpoint: String
    let schema: EndpointSchema
    let trainer: EndpointSchema.Trainer
    let input: JSONObject
    let source: Source
    /// Mixed into what is made, so that simulators with other seeds make other files.
    let seed: UInt64

    /// Bytes of one photo (fal's toolkit refuses more), and of all files together.
    private static let (largestPhoto, largestContents) = (50 << 20, 2 << 30)
    private static let (mostPhotos, mostEntries) = (1000, 10_000)
    /// Pixels of a side below which a photo teaches nothing; fal documents the error, not the number.
    private static let smallestSide = 64

    /// Reads the archive and every photo in it; may take a second, so not on the event loop.
    func learn() -> Outcome {
        do throws(Refusal) {
            let contents = try archive()
            let model = try learned(from: contents)
            return trainer.gives == .finetune ? .finetune(model) : .loraFiles(model)
        } catch {
            return .refused([error.model])
        }
    }

    private struct Refusal: Error {
        let model: ModelError
    }

    private func archive() throws(Refusal) -> ZipArchive {
        if let format = input["data_archive_format"]?.stringValue, format != "zip", format != ".zip" {
            throw invalidArchive("the simulator reads zip files, not \(format)")
        }
        switch source {
        case .elsewhere:
            throw refusal(
                "file_download_error",
                "Failed to download the file. The simulator downloads nothing: upload the archive to it first.")
        case .missing: throw refusal("file_download_error", "Failed to download the file: it is not there.")
        case .archive(let bytes):
            do {
                return try ZipArchive(bytes)
            } catch {
                throw invalidArchive(error.reason)
            }
        }
    }

    private func learned(from archive: ZipArchive) throws(Refusal) -> TrainedModel {
        guard archive.entries.count <= Self.mostEntries,
            archive.entries.reduce(0, { $0 + $1.size }) <= Self.largestContents
        else { throw invalidArchive("it unpacks to too much") }
        let listing = ArchiveListing(archive.entries)
        try checkCount(listing.photos.count)
        var fingerprint = Fingerprint(seed: seed)
        fingerprint.add(endpoint.utf8)
        fingerprint.add(ByteBuffer(json: .object(settings)).readableBytesView)
        for entry in listing.photos + listing.masks + listing.captions {
            try check(entry, isPhoto: !listing.isCaption(entry), in: archive)
            fingerprint.add(entry.name.utf8)
            fingerprint.add("\(entry.checksum)".utf8)
        }
        return TrainedModel(
            endpoint: endpoint, photos: listing.photos.count, captions: listing.captions.count, steps: steps,
            trigger: input[trainer.trigger]?.stringValue, settings: settings, fingerprint: fingerprint.value)
    }

    private func check(_ entry: ZipArchive.Entry, isPhoto: Bool, in archive: ZipArchive) throws(Refusal) {
        guard entry.size <= Self.largestPhoto else {
            throw refusal(
                "file_too_large", "\(entry.name) has \(entry.size) bytes, more than \(Self.largestPhoto)",
                ["max_size": .integer(Int64(Self.largestPhoto))])
        }
        let bytes: [UInt8]
        do {
            bytes = try archive.contents(of: entry)
        } catch {
            throw invalidArchive(error.reason)
        }
        guard isPhoto else { return }
        guard let size = PhotoSize(bytes) else {
            throw refusal(
                "image_load_error", "Failed to load the image \(entry.name): it is damaged or of another kind.")
        }
        guard min(size.width, size.height) >= Self.smallestSide else {
            let least = JSONValue.integer(Int64(Self.smallestSide))
            throw refusal(
                "image_too_small",
                "\(entry.name) is \(size.width)x\(size.height), smaller than \(Self.smallestSide)x\(Self.smallestSide)",
                ["min_height": least, "min_width": least])
        }
    }

    private func checkCount(_ count: Int) throws(Refusal) {
        let extensions = PhotoSize.extensions.joined(separator: ", ")
        if count < trainer.fewestPhotos {
            throw refusal(
                "archive_file_count_below_minimum",
                "Too few files in the archive. Expected at least \(trainer.fewestPhotos) files with extensions "
                    + "\(extensions), found \(count).",
                counts("min_count", trainer.fewestPhotos, count))
        }
        if count > Self.mostPhotos {
            throw refusal(
                "archive_file_count_exceeds_maximum",
                "Too many files in the archive. Expected at most \(Self.mostPhotos) files with extensions "
                    + "\(extensions), found \(count).",
                counts("max_count", Self.mostPhotos, count))
        }
    }

    private func counts(_ bound: String, _ limit: Int, _ count: Int) -> JSONObject {
        [
            bound: .integer(Int64(limit)), "provided_count": .integer(Int64(count)),
            "supported_extensions": .array(PhotoSize.extensions.map { .string($0) }),
        ]
    }

    private func invalidArchive(_ reason: String) -> Refusal {
        refusal(
            "invalid_archive", "Could not read or process the provided archive: \(reason).",
            ["supported_extensions": [".zip"]])
    }

    private func refusal(_ type: String, _ message: String, _ context: JSONObject? = nil) -> Refusal {
        Refusal(
            model: ModelError(
                type: type, location: ["body", .string(trainer.data)], message: message, context: context,
                input: input[trainer.data]))
    }

    private var steps: Int { Int(input[trainer.steps]?.laxInteger ?? trainer.usualSteps) }

    /// The fields that shape the result: all that the endpoint knows, but not where the archive lies.
    private var settings: JSONObject {
        var settings = JSONObject()
        for field in schema.fields where field.name != trainer.data {
            if let value = input[field.name] { settings.append(field.name, value) }
        }
        return settings
    }
}
