import Foundation
import TestSupport

@testable import Simulator

/// A folder with photos, which goes away with its last user.
final class TrainingFolder: Sendable {
    let url: URL
    var path: String { url.path }

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("training-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// A folder with so many good photos, `1.png` and so on.
    convenience init(photos: Int, width: Int = 512, height: Int = 640) throws {
        try self.init()
        for number in 0..<photos { try add("\(number + 1).png", Self.png(number, width: width, height: height)) }
    }

    @discardableResult
    func add(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    @discardableResult
    func add(_ name: String, _ text: String) throws -> String { try add(name, Array(text.utf8)) }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appendingPathComponent(name))) }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    /// Pictures of different numbers look different.
    static func png(_ number: Int, width: Int = 512, height: Int = 640) -> [UInt8] {
        Array(ColouredSquares.png(number, width: width, height: height))
    }

    static func jpeg(width: Int = 512, height: Int = 640) -> [UInt8] {
        Picture(
            prompt: "photo", endpoint: "fal-ai/flux-lora", seed: 1, width: width, height: height, number: 1,
            isFlagged: false, format: .jpeg
        ).encoded()
    }
}
