import Foundation
import Gallery
import JSON

/// A folder with pictures and a page that shows them; it goes away with its last user.
final class GalleryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("falhost-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    var path: String { url.path }

    func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    /// Writes the page with the thumbnails of all its pictures, and returns where it is.
    func page(_ document: GalleryDocument, name: String = "gallery.html", hasThumbnails: Bool = true) async throws
        -> URL
    {
        var small: [[UInt8]?] = []
        if hasThumbnails {
            let files = document.entries.map { $0.picture?.file }
            let made = await Thumbnails.make(of: files.compactMap { $0 })
            var next = made.makeIterator()
            small = try files.map { try $0 == nil ? nil : next.next()?.get() }
        }
        let bytes = try GalleryPage.html(document, thumbnails: small, folder: path)
        return URL(fileURLWithPath: try file(name, bytes))
    }
}

extension GalleryEntry {
    /// A job as the ledger has them; `number` makes it different from others.
    static func sample(
        _ number: Int, avatar: String = "anna", preset: String = "balanced", prompt: String = "a park in autumn",
        state: String = "completed"
    ) -> GalleryEntry {
        var entry = GalleryEntry(
            job: String(format: "%016x", 0x4be1_0000 + number), run: "20261122-192005-3f9a", state: state,
            prompt: prompt,
            sentPrompt: "TOK, \(prompt)", endpoint: "fal-ai/flux-lora",
            arguments: [
                "prompt": .string("TOK, \(prompt)"), "seed": .integer(Int64(1000 + number)), "guidance_scale": 3.5,
            ],
            created: 1_795_375_205_000 + Int64(number) * 1000)
        entry.avatar = avatar
        entry.preset = preset
        entry.seed = Int64(1000 + number)
        entry.seconds = 3.25
        entry.price = 0.035
        entry.requestID = "fc0b99a6-ad67-4f50-8a85-f83973499f17"
        entry.command = "falhost generate --avatar \(avatar) --preset \(preset) --set seed=\(1000 + number) '\(prompt)'"
        return entry
    }

    /// The same with another seed, wherever it stands.
    func seeded(_ seed: Int64) -> GalleryEntry {
        var entry = self
        entry.command = entry.command?.replacingOccurrences(of: "seed=\(self.seed ?? 0)", with: "seed=\(seed)")
        entry.seed = seed
        entry.arguments["seed"] = .integer(seed)
        return entry
    }

    static func failed(_ number: Int, code: String, message: String) -> GalleryEntry {
        var entry = sample(number, preset: "fast", state: "failed")
        entry.failure = Failure(code: code, message: message)
        entry.price = nil
        return entry
    }

    func showing(_ file: String, width: Int = 512, height: Int = 512, isFlagged: Bool = false) -> GalleryEntry {
        var entry = self
        entry.picture = Picture(file: file, url: nil, width: width, height: height, isFlagged: isFlagged)
        return entry
    }
}
