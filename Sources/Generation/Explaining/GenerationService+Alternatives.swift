internal import JSON

extension GenerationService {
    /// What is nearest to a call that was refused with this error and would be accepted; sends nothing.
    package func alternatives(
        to error: GenerationError, for request: GenerationRequest
    ) async throws(GenerationError) -> Alternatives {
        switch error {
        case .avatarNotFound(let id, _), .avatarArchived(let id), .avatarNotTrained(let id, _),
            .loraFileMissing(let id),
            .finetuneIDMissing(let id), .unknownTrainingType(let id, _):
            return Alternatives(avatars: try await avatars(insteadOf: id, request.overrides))
        case .unknownPreset(let name, _, _, _):
            return Alternatives(presets: try presets(insteadOf: name, try await subject(request.avatar), request))
        case .invalidConfig(let problems):
            return try alternatives(to: problems, try await subject(request.avatar), request)
        default: return Alternatives()
        }
    }

    private static let mostAvatars = 3

    private func accepts(_ subject: TrainedAvatar, _ overrides: JSONObject) -> Bool {
        (try? plan(subject, overrides)) != nil
    }

    // MARK: Avatars and presets

    /// Those of the same training type first, then by how near their ids are.
    private func avatars(
        insteadOf id: String, _ overrides: JSONObject
    ) async throws(GenerationError) -> [String] {
        let known = try await avatars.avatars()
        let type = known.first { $0.id == id }?.trainingType
        let usable = known.compactMap { try? TrainedAvatar($0) }.filter { accepts($0, overrides) }
        let near = Self.nearestFirst(usable.map(\.avatar.id), to: id)
        let types = Dictionary(usable.map { ($0.avatar.id, $0.type.rawValue) }) { first, _ in first }
        let (same, other) = (near.filter { types[$0] == type }, near.filter { types[$0] != type })
        return Array((same + other).prefix(Self.mostAvatars))
    }

    /// Those that the avatar can use with the same overrides.
    private func presets(
        insteadOf name: String, _ subject: TrainedAvatar, _ request: GenerationRequest
    ) throws(GenerationError) -> [String] {
        let usable = try presets.presetNames().filter { other in
            var overrides = request.overrides
            overrides[ConfigKey.quality.rawValue] = nil
            overrides[ConfigKey.preset.rawValue] = .string(other)
            return other != name && accepts(subject, overrides)
        }
        return Self.nearestFirst(usable, to: name)
    }

    private static func nearestFirst(_ names: [String], to wanted: String) -> [String] {
        let letters = Array(wanted.prefix(100).lowercased().unicodeScalars)
        return names.map { ($0, DidYouMean.distance(letters, Array($0.lowercased().unicodeScalars))) }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }

    // MARK: Configs

    private func alternatives(
        to problems: [ConfigProblem], _ subject: TrainedAvatar, _ request: GenerationRequest
    ) throws(GenerationError) -> Alternatives {
        var alternatives = Alternatives()
        let values = try merged(request.overrides)
        let mends = problems.compactMap { Alternatives.Mend($0, overrides: values) }
        let mended = mends.reduce(request.overrides) { $1.applied(to: $0) }
        // What only an edit of a file mends cannot be tried.
        let needsEdit = mends.contains { $0.place != nil }
        if needsEdit || accepts(subject, mended) { alternatives.mends = mends }
        if problems.contains(where: { $0.origin.place != nil }) {
            let name = values[ConfigKey.preset.rawValue]?.stringValue ?? Preset.defaultName
            alternatives.presets = try presets(insteadOf: name, subject, request)
        }
        if problems.contains(where: \.isOfEndpoint) {
            alternatives.endpoints = EndpointCatalog.all.map(\.id).filter { id in
                var overrides = request.overrides
                overrides[ConfigKey.endpoint.rawValue] = .string(id)
                return accepts(subject, overrides)
            }
        }
        return alternatives
    }

    /// The values in force, as far as the preset can be told.
    private func merged(_ overrides: JSONObject) throws(GenerationError) -> JSONObject {
        guard
            let config = try? GenerationConfig(overrides: overrides, presets: presets, default: settings.defaultPreset)
        else { return overrides }
        var values = config.json
        for (name, value) in overrides where values[name] == nil { values[name] = value }
        return values
    }
}

extension ConfigProblem {
    /// True where another endpoint may see it differently.
    fileprivate var isOfEndpoint: Bool {
        switch fault {
        case .value(_, _, let endpoint, _): endpoint != nil
        case .missing, .cannotServe: true
        case .unknownKey, .notInPreset, .contradicts: false
        }
    }
}
