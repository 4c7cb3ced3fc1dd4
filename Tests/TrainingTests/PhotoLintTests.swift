import FalClient
import Gallery
import Generation
import JSON
import Testing

@testable import Training

/// What is found in photos before anything is sent.
@Suite(.timeLimit(.minutes(2)))
struct PhotoLintTests {
    private func findings(
        _ folder: TrainingFolder, trainer: Trainer = .portrait, trigger: String = "TOK_anna"
    ) async throws -> [TrainingFinding] {
        try await CheckedPhotos.read([folder.path], trainer: trainer, trigger: trigger).findings
    }

    private func codes(_ findings: [TrainingFinding], of file: String? = nil) -> [TrainingFault.Code] {
        findings.filter { file == nil || $0.file == file }.map(\.code)
    }

    @Test func `ten good photos are found faultless`() async throws {
        let folder = try TrainingFolder(photos: 10)
        let photos = try await CheckedPhotos.read([folder.path], trainer: .portrait, trigger: "TOK")
        #expect(photos.findings.filter { $0.code != .nearDuplicatesUnchecked }.isEmpty, "\(photos.findings)")
        #expect(photos.count == 10 && photos.archive == nil)
        #expect(photos.sent.map(\.file.name) == (1...10).map { "\($0).png" }.sorted())
    }

    @Test func `too few photos are an error for the trainer that needs four, few ones a note`() async throws {
        let folder = try TrainingFolder(photos: 3)
        let fast = try await findings(folder, trainer: .fastTraining)
        #expect(fast.first?.code == .tooFewPhotos && fast.first?.level == .error)
        #expect(fast.first?.fault.message(in: .english).contains("at least 4 photos, there are 3") == true)
        let portrait = try await findings(folder)
        #expect(portrait.contains { $0.code == .fewPhotos && $0.level == .note })
        #expect(!portrait.contains { $0.level == .error })
        let empty = try await findings(try TrainingFolder())
        #expect(codes(empty).contains(.tooFewPhotos))
    }

    @Test func `each file at fault is named with what to do`() async throws {
        let folder = try TrainingFolder(photos: 10)
        try folder.add("a.heic", "ftypheic")
        try folder.add("b.jpg", "not a picture")
        try folder.add("c.jpg", Array(TrainingFolder.jpeg().dropLast(2000)))
        try folder.add("d.jpg", TrainingFolder.jpeg(width: 100, height: 100))
        try folder.add("e.jpg", TrainingFolder.jpeg(width: 400, height: 400))
        try folder.add("f.jpg", TrainingFolder.jpeg(width: 2100, height: 512))
        try folder.add("g.jpg", TrainingFolder.png(54))
        try folder.add("h.mp4", "film")
        try folder.add("inner/x.jpg", TrainingFolder.jpeg())
        try folder.add(".DS_Store", "hidden")
        let findings = try await findings(folder)
        let expected: [(String, TrainingFault.Code, TrainingFinding.Level)] = [
            ("a.heic", .unsupportedFormat, .error), ("b.jpg", .unsupportedFormat, .error),
            ("c.jpg", .damaged, .error), ("d.jpg", .tooSmall, .error), ("e.jpg", .small, .note),
            ("f.jpg", .longShape, .note), ("g.jpg", .wrongExtension, .note), ("h.mp4", .notSent, .note),
            ("inner/", .notSent, .note),
        ]
        for (file, code, level) in expected {
            let found = findings.filter { $0.file == file && $0.code == code }
            #expect(found.count == 1 && found.first?.level == level, "\(file): \(findings.filter { $0.file == file })")
            #expect(found.first?.fault.advice(in: .english).isEmpty == false)
        }
        #expect(!findings.contains { $0.file == ".DS_Store" })
        #expect(findings.firstIndex { $0.level == .note } ?? 0 > findings.lastIndex { $0.level == .error } ?? 0)
    }

    @Test func `findings are told in Russian where the reader is`() async throws {
        let folder = try TrainingFolder(photos: 3)
        try folder.add("a.heic", "ftypheic")
        try folder.add("d.jpg", TrainingFolder.jpeg(width: 100, height: 100))
        try folder.add("copy.png", TrainingFolder.png(0))
        try folder.add("1.txt", "женщина в парке")
        let findings = try await findings(folder, trainer: .pro)
        let lines = findings.map { "\($0.level.word(in: .russian)): \($0.text(in: .russian))" }
        let expected = [
            "ошибка: a.heic: формат HEIC для обучения не годится; сохраните в JPEG или PNG",
            "ошибка: d.jpg: 100 x 100 пикселей: слишком мало для обучения; возьмите фото от 512 пикселей",
            "заметка: 1.txt: в подписи нет триггера; напишите на его месте [trigger]: туда подставится «TOK_anna»",
            "заметка: 2.png: нет подписи, и ещё у 3; подпишите все фото или ни одного",
            "заметка: 5 фото, а лучше 10 или больше; добавьте снятые с других сторон и при другом свете",
        ]
        for line in expected { #expect(lines.contains(line), "\(lines)") }
        #expect(lines.contains { $0.contains("тот же файл, что и ") })
        // Programs branch on English, whatever people read.
        #expect(findings.first?.json["message"] == "HEIC is not read by the trainers")
    }

    @Test func `the same file twice is an error, one that looks the same a note`() async throws {
        let folder = try TrainingFolder(photos: 10)
        try folder.add("copy.png", TrainingFolder.png(0))
        // Another size of the same picture.
        try folder.add("near.png", TrainingFolder.png(1, width: 640, height: 800))
        let findings = try await findings(folder)
        #expect(findings.contains { $0.level == .error && $0.code == .duplicate && $0.file == "copy.png" })
        if PictureLikeness.problem == nil {
            #expect(findings.contains { $0.code == .nearDuplicate && $0.file == "near.png" }, "\(findings)")
        } else {
            #expect(findings.contains { $0.code == .nearDuplicatesUnchecked })
        }
    }

    @Test func `without libgd it is said that photos that look alike are not found`() {
        let lint = PhotoLint(trainer: .portrait, trigger: "TOK", likenessProblem: "install libgd")
        let findings = lint.findings([], captions: [:])
        #expect(
            findings.contains {
                $0.code == .nearDuplicatesUnchecked && $0.fault.advice(in: .english) == "install libgd"
            })
    }

    @Test func `captions are looked at`() async throws {
        let folder = try TrainingFolder(photos: 10)
        try folder.add("1.txt", "a photo of [trigger] by the sea")
        try folder.add("2.txt", "tok_anna in a park")
        try folder.add("3.txt", "a woman in a park")
        try folder.add("4.txt", "  \n")
        try folder.add("5.txt", [0xFF, 0xFE, 0x41])
        try folder.add("nobody.txt", "[trigger]")
        let findings = try await findings(folder)
        #expect(codes(findings, of: "1.txt").isEmpty && codes(findings, of: "2.txt").isEmpty)
        #expect(codes(findings, of: "3.txt") == [.captionWithoutTrigger])
        #expect(codes(findings, of: "4.txt") == [.captionEmpty])
        #expect(codes(findings, of: "5.txt") == [.captionUnreadable])
        #expect(codes(findings, of: "nobody.txt") == [.captionWithoutPhoto])
        #expect(findings.contains { $0.code == .captionsMissing })
        let photos = try await CheckedPhotos.read([folder.path], trainer: .portrait, trigger: "TOK_anna")
        #expect(
            photos.sent.contains { $0.file.name == "1.txt" } && !photos.sent.contains { $0.file.name == "nobody.txt" })
    }

    @Test func `two folders with the same name in them are told apart`() async throws {
        let (first, second) = (try TrainingFolder(photos: 6), try TrainingFolder())
        try second.add("1.png", TrainingFolder.png(90))
        let photos = try await CheckedPhotos.read([first.path, second.path], trainer: .portrait, trigger: "TOK")
        #expect(photos.errors.map(\.code) == [.sameName])
        let missing = await #expect(throws: FalError.self) {
            try await CheckedPhotos.read([first.path + "/nothing"], trainer: .portrait, trigger: "TOK")
        }
        #expect(missing?.code == .storage && missing?.message.contains("nothing") == true)
    }

    @Test func `the photos of an archive are looked at within it`() async throws {
        let folder = try TrainingFolder(photos: 4)
        try folder.add("5.gif", "GIF89a")
        let packed = try await PhotoArchive.make(
            of: try await CheckedPhotos.read([folder.path], trainer: .portrait, trigger: "TOK"),
            in: folder.path + "/out")
        let photos = try await CheckedPhotos.read([packed.path], trainer: .fastTraining, trigger: "TOK")
        #expect(photos.count == 4 && photos.archive == packed.path)
        #expect(photos.errors.isEmpty, "\(photos.errors)")
        let again = try await PhotoArchive.make(of: photos, in: folder.path + "/out")
        #expect(again.sha256 == packed.sha256 && again.path == packed.path && !again.isOurs)
        let error = await #expect(throws: FalError.self) {
            try await CheckedPhotos.read([folder.add("broken.zip", "PK")], trainer: .portrait, trigger: "TOK")
        }
        #expect(error?.message.contains("no zip archive") == true)
    }
}
