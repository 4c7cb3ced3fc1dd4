import NIOHTTP1

/// What a path asks for; decided before the body is looked at.
enum Route {
    case submit(Application)
    case run(Application)
    /// A direct run that streams its output.
    case events(Application)
    case job(JobAction, id: Substring, endpoint: String)
    case storage(StorageAction)
    /// The requests of an endpoint: fal's platform API.
    case listing
    /// fal's catalogue of endpoints.
    case models
    /// The public keys of webhooks.
    case keySet
    case admin([Substring])
    case index
    case unknown

    enum JobAction {
        case status, stream, result, cancel
    }

    enum StorageAction {
        case token
        case upload
        case beginMultipart
        case initiate
        case initiateMultipart
        /// `/files/b/{id}/{name}`, and what follows.
        case file(id: Substring, name: Substring, rest: [Substring])
    }

    /// An endpoint id and the part of it that request URLs keep.
    struct Application {
        let endpoint: String
        let app: String
        /// `/{id}/stream` is cut off for a direct run that streams.
        let isStream: Bool
    }

    init(_ request: Request) {
        var segments = request.path.utf8.split(separator: UInt8(ascii: "/")).map { Substring($0) }
        var side = request.side
        switch segments.first {
        case nil:
            self = .index
            return
        case "_simulator":
            self = .admin(Array(segments.dropFirst()))
            return
        case ".well-known":
            self = segments.dropFirst() == ["jwks.json"] ? .keySet : .unknown
            return
        case "storage", "files":
            self = Self.storage(segments).map { .storage($0) } ?? .unknown
            return
        case "v1":
            switch segments.dropFirst() {
            case ["models"]: self = .models
            case ["models", "requests", "by-endpoint"]: self = .listing
            default: self = .unknown
            }
            return
        case "run":
            segments.removeFirst()
            side = .run
        default: break
        }
        self = Self.model(segments, side: side)
    }

    var kind: RequestKind {
        switch self {
        case .submit: .submit
        case .run: .run
        case .events: .events
        case .job(let action, _, _):
            switch action {
            case .status: .status
            case .stream: .stream
            case .result: .result
            case .cancel: .cancel
            }
        case .storage(.file(_, _, let rest)): rest.isEmpty ? .download : .upload
        case .storage: .upload
        case .listing, .models: .listing
        case .admin: .admin
        case .keySet, .index, .unknown: .other
        }
    }

    private static func model(_ segments: [Substring], side: Request.Side) -> Route {
        if segments.count >= 4, let at = segments.firstIndex(of: "requests"), at >= 2, at + 1 < segments.count {
            let endpoint = segments[..<at].joined(separator: "/")
            guard let action = action(segments[(at + 2)...]) else { return .unknown }
            return .job(action, id: segments[at + 1], endpoint: endpoint)
        }
        guard let application = Application(segments) else { return .unknown }
        if application.isStream { return .events(application) }
        return side == .run ? .run(application) : .submit(application)
    }

    private static func action(_ rest: ArraySlice<Substring>) -> JobAction? {
        switch (rest.first, rest.dropFirst().first, rest.count) {
        case (nil, _, _), ("response", nil, _): .result
        case ("status", nil, _): .status
        case ("status", "stream", 2): .stream
        case ("cancel", nil, _): .cancel
        default: nil
        }
    }

    private static func storage(_ segments: [Substring]) -> StorageAction? {
        switch segments.count {
        case 2 where segments[0] == "files" && segments[1] == "upload": .upload
        case 3 where segments == ["storage", "auth", "token"]: .token
        case 3 where segments == ["storage", "upload", "initiate"]: .initiate
        case 3 where segments == ["storage", "upload", "initiate-multipart"]: .initiateMultipart
        case 3 where segments == ["files", "upload", "multipart"]: .beginMultipart
        case 4... where segments[0] == "files" && segments[1] == "b":
            .file(id: segments[2], name: segments[3], rest: Array(segments[4...]))
        default: nil
        }
    }
}

extension Route.Application {
    /// fal's clients: two segments name an app, after `workflows` or `comfy` three; `123-name` is the old `123/name`.
    init?(_ segments: [Substring]) {
        var segments = segments
        if segments.count == 1, let dash = segments[0].firstIndex(of: "-"), segments[0][..<dash].allSatisfy(\.isNumber),
            dash > segments[0].startIndex
        {
            segments = [segments[0][..<dash], segments[0][segments[0].index(after: dash)...]]
        }
        isStream = segments.count > 2 && segments.last == "stream"
        if isStream { segments.removeLast() }
        let kept = segments.first == "workflows" || segments.first == "comfy" ? 3 : 2
        guard segments.count >= kept else { return nil }
        endpoint = segments.joined(separator: "/")
        app = segments.count == kept ? endpoint : segments.prefix(kept).joined(separator: "/")
    }
}
