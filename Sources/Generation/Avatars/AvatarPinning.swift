package import EventLoop
package import FalClient

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Takes down what is in an avatar's LoRA file, so that a change of it is noticed.
@LoopActor
package struct AvatarPinning {
    /// A file's content.
    package struct Pin: Sendable, Equatable {
        /// 64 hexadecimal digits.
        package let sha256: String
        /// In bytes; nil for a pin that somebody gave without.
        package let size: Int64?
    }

    /// What became of the wish for a pin.
    package enum Outcome: Sendable, Equatable {
        case pinned(Pin)
        case unchanged(Pin)
        /// The file is another than the pinned one, and the pin stays as it was.
        case changed(from: Pin, to: Pin)
    }

    private let client: FalClient
    private let store: any AvatarStore
    private let folder: String

    /// - Parameter folder: where the file is while it is read; it is made when it is not there.
    package init(client: FalClient, store: any AvatarStore, folder: String) {
        self.client = client
        self.store = store
        self.folder = folder
    }

    /// Fetches the avatar's LoRA file once and pins its content, or compares it with the pin that is there.
    ///
    /// - Parameter acceptsChange: pins what is there now in place of something else.
    package func pin(_ avatar: Avatar, acceptsChange: Bool = false) async throws(GenerationError) -> Outcome {
        guard let url = avatar.diffusersLoraFileURL else { throw .loraFileMissing(id: avatar.id) }
        // Asked before the content is fetched: a file that is changed meanwhile is called so later.
        let validator = await client.file(at: url, within: .seconds(8)).mark?.validator
        let found = try await content(of: url)
        if let sha256 = avatar.loraSHA256 {
            let pinned = Pin(sha256: sha256, size: avatar.loraSize)
            if found.sha256 == sha256, found.size == pinned.size {
                if avatar.loraValidator != validator { try await keep(found, validator, of: avatar, at: url) }
                return .unchanged(pinned)
            }
            if found.sha256 != sha256, !acceptsChange { return .changed(from: pinned, to: found) }
        }
        try await keep(found, validator, of: avatar, at: url)
        return .pinned(found)
    }

    private func keep(
        _ pin: Pin, _ validator: String?, of avatar: Avatar, at url: String
    ) async throws(GenerationError) {
        let saved = try await store.update(avatar.id) { avatar throws(GenerationError) in
            // Another training may have ended meanwhile.
            guard avatar.diffusersLoraFileURL == url else { return avatar }
            var pinned = avatar
            pinned.loraSHA256 = pin.sha256
            pinned.loraSize = pin.size
            pinned.loraValidator = validator
            return pinned
        }
        guard saved != nil else { throw .avatarNotFound(id: avatar.id, nearest: nil) }
    }

    private func content(of url: String) async throws(GenerationError) -> Pin {
        do throws(FalError) {
            try Folder.create(folder)
            let path = "\(folder)/.lora-\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
            defer { unlink(path) }
            _ = try await client.download(url, to: path)
            let content = try await Self.read(path).get()
            return Pin(sha256: content.sha256, size: Int64(content.size))
        } catch {
            throw .fal(error)
        }
    }

    /// Reads a large file in the global pool.
    private static func read(_ path: String) async -> Result<PictureFiles.Content, FalError> {
        await withTaskExecutorPreference(globalConcurrentExecutor) { await hash(path) }
    }

    @concurrent private nonisolated static func hash(_ path: String) async -> Result<PictureFiles.Content, FalError> {
        Result { () throws(FalError) in try PictureFiles.content(of: path) }
    }
}

extension AvatarPinning.Outcome {
    /// What is in the file now.
    package var current: AvatarPinning.Pin {
        switch self {
        case .pinned(let pin), .unchanged(let pin), .changed(_, let pin): pin
        }
    }

    /// `pinned`, `unchanged` or `changed`.
    package var word: String {
        switch self {
        case .pinned: "pinned"
        case .unchanged: "unchanged"
        case .changed: "changed"
        }
    }

    /// `pinned 0a1b… (12 bytes)`, and for a changed file what it was.
    package var text: String {
        switch self {
        case .pinned(let pin): "pinned \(pin.text)"
        case .unchanged(let pin): "unchanged since it was pinned: \(pin.text)"
        case .changed(let old, let new): "changed since it was pinned: was \(old.text), is \(new.text)"
        }
    }
}

extension AvatarPinning.Pin {
    fileprivate var text: String { sha256 + (size.map { " (\($0) bytes)" } ?? "") }
}
