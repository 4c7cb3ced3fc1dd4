package import FalClient

/// Whether a pinned LoRA file is still the pinned one, as far as its server's answer to a HEAD request tells.
package enum PinVerdict: Sendable, Equatable {
    /// Nothing speaks against it.
    case same
    /// It has the pinned size, and more was not pinned or is not told.
    case sameSize
    case changed(Difference)
    case gone
    case unknown(reason: String)

    package enum Difference: Sendable, Equatable {
        case size(pinned: Int64, now: Int64)
        /// ETag or Last-Modified.
        case validator(pinned: String, now: String)
    }

    /// Nil for an avatar without a pin, or without a file.
    package init?(_ avatar: Avatar, _ answer: FileAnswer) {
        guard avatar.isPinned else { return nil }
        switch answer {
        case .gone: self = .gone
        case .silent(let reason): self = .unknown(reason: reason)
        case .there(let mark):
            if let pinned = avatar.loraSize, let now = mark.size, pinned != now {
                self = .changed(.size(pinned: pinned, now: now))
            } else if let pinned = avatar.loraValidator, let now = mark.validator {
                self = pinned == now ? .same : .changed(.validator(pinned: pinned, now: now))
            } else if avatar.loraSize != nil, mark.size != nil {
                self = .sameSize
            } else {
                self = .unknown(reason: "the server tells neither a size nor an ETag that was pinned")
            }
        }
    }

    /// What is wrong, without the avatar's name; nil where nothing is known to be.
    package func fault(in language: Language) -> String? {
        switch (self, language) {
        case (.same, _), (.sameSize, _), (.unknown, _): nil
        case (.gone, .english): "the server does not have the pinned LoRA file any more"
        case (.gone, .russian): "на сервере больше нет закреплённого LoRA файла"
        case (.changed(let difference), .english): "the LoRA file is another than the pinned one: \(difference.english)"
        case (.changed(let difference), .russian): "LoRA файл не тот, что был закреплён: \(difference.russian)"
        }
    }
}

extension PinVerdict.Difference {
    fileprivate var english: String {
        switch self {
        case .size(let pinned, let now): "\(now) bytes, \(pinned) were pinned"
        case .validator(let pinned, let now): "the server calls it \(now), at the pin it was \(pinned)"
        }
    }

    fileprivate var russian: String {
        switch self {
        case .size(let pinned, let now): "сейчас байт: \(now), было \(pinned)"
        case .validator(let pinned, let now): "сервер называет его \(now), а было \(pinned)"
        }
    }
}

extension Avatar {
    /// Whether its LoRA file is pinned.
    package var isPinned: Bool { diffusersLoraFileURL != nil && loraSHA256 != nil }
}
