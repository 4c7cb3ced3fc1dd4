import Foundation
import Gallery

/// What pages are tried with.
enum SampleGallery {
    private static let words = [
        "a park in autumn", "by the sea", "at night in the rain", "портрет у окна", "in a small room",
    ]

    /// Drawn once: that takes longer than anything a browser does with them.
    private static let pictures = (0..<10).map { DrawnPicture.jpeg(words[$0 % 5], seed: Int64($0)) }

    private static let cells = (0..<7).map {
        DrawnPicture.jpeg($0 < 3 || $0 == 6 ? "TOK, by the sea" : "NOIR, by the sea", seed: 7)
    }

    /// 3 avatars with a third of the pictures each, a flagged one among them, and two jobs that failed.
    static func document(in folder: GalleryFolder, count: Int = 120) throws -> GalleryDocument {
        let avatars = ["anna", "noir", "мария"]
        let presets = ["fast", "portrait"]
        let files = try pictures.enumerated().map { place, picture in
            try folder.file("images/\(place % 7 == 0 ? "a b#" : "")\(place).jpg", picture)
        }
        var entries = (0..<count).map { number in
            GalleryEntry.sample(
                number, avatar: avatars[number % 3], preset: presets[number / 3 % 2],
                prompt: "\(words[number % 5]), \(number)"
            ).showing(files[number % files.count], isFlagged: number == 5)
        }
        entries.append(
            .failed(count, code: "content_policy_violation", message: "The prompt was refused by the checker"))
        entries.append(.failed(count + 1, code: "timeout", message: "fal did not answer within 600 s"))
        return GalleryDocument(title: "20261122-192005-3f9a", language: "en", made: 1_795_375_999_000, entries: entries)
    }

    /// Two avatars, three values of a key, a cell that failed, and one with two pictures.
    static func comparison(in folder: GalleryFolder, hasSecondPicture: Bool = true) throws -> GalleryDocument {
        let entries = try (0..<(hasSecondPicture ? 7 : 6)).map { number in
            let avatar = number < 3 || number == 6 ? "anna" : "noir"
            if number == 4 {
                var entry = GalleryEntry.failed(4, code: "content_policy_violation", message: "The prompt was refused")
                entry.avatar = avatar
                return entry.seeded(7)
            }
            let file = try folder.file("\(number).jpg", cells[number])
            return GalleryEntry.sample(number, avatar: avatar, prompt: "by the sea").seeded(7).showing(file)
        }
        let grid = ComparisonGrid(
            columns: .init(name: "lora_scale", values: ["0.8", "1.0", "1.2"]),
            rows: .init(name: "avatar", values: ["anna", "noir"]),
            cells: [hasSecondPicture ? [0, 6] : [0], [1], [2], [3], [4], [5]],
            prompt: "by the sea",
            seed: 7)
        return GalleryDocument(
            title: "avatar × lora_scale", language: "en", made: 1_795_375_999_000, entries: entries, grid: grid)
    }
}
