internal import FalClient
internal import JSON

/// Turns a config into one endpoint's arguments and collects what does not fit.
struct ArgumentWriter {
    private let subject: TrainedAvatar
    private let config: GenerationConfig
    private let endpoint: String
    private let endpointOrigin: Origin
    /// Nil after a problem with `endpoint`.
    let endpointID: EndpointID?
    let schema: Endpoint?
    private(set) var arguments: [GenerationPlan.Argument] = []
    private(set) var dropped: [GenerationPlan.Dropped] = []
    private(set) var problems: [ConfigProblem]

    init(subject: TrainedAvatar, config: GenerationConfig, endpoint: String, endpointOrigin: Origin) {
        self.subject = subject
        self.config = config
        self.endpoint = endpoint
        self.endpointOrigin = endpointOrigin
        endpointID = try? EndpointID(endpoint)
        schema = EndpointCatalog.endpoint(endpoint)
        problems = config.problems
        // The config's own entry is checked with the others.
        if endpointID == nil, config[.endpoint] == nil {
            problems.append(
                ConfigProblem(
                    key: ConfigKey.endpoint.rawValue, origin: endpointOrigin, value: .string(endpoint),
                    expected: ConfigKey.endpoint.type))
        }
    }

    mutating func write() {
        if let schema {
            checkServes(schema)
            for field in schema.fields { write(field, of: schema) }
        } else {
            writeModel()
        }
        for entry in config.entries { account(for: entry) }
    }

    func value(_ name: String) -> JSONValue? { arguments.first { $0.name == name }?.value }

    func valueOrDefault(_ name: String) -> JSONValue? { value(name) ?? schema?.field(name)?.defaultValue }

    // MARK: A known endpoint

    private mutating func checkServes(_ schema: Endpoint) {
        guard !schema.serves(subject.model) else { return }
        let others = EndpointCatalog.all.filter { $0.serves(subject.model) }.map(\.id)
        report(.endpoint, endpointOrigin, .cannotServe(endpoint: endpoint, type: subject.type, others: others))
    }

    private mutating func write(_ field: Endpoint.Field, of schema: Endpoint) {
        switch (field.name, subject.model) {
        case ("prompt", _), ("loras", .finetune), ("finetune_id", .lora), ("finetune_strength", .lora):
            break
        case ("loras", .lora(let url)):
            addLoras(url)
        case ("finetune_id", .finetune(let id)):
            add("finetune_id", .string(id), .avatar)
        case ("aspect_ratio", _) where config[.aspectRatio] == nil && takesOnlyShape(schema):
            writeAspectRatio()
        default:
            writeConfigured(field)
        }
    }

    private mutating func writeConfigured(_ field: Endpoint.Field) {
        guard let key = field.key, let entry = config[key] else {
            guard field.isRequired else { return }
            let origin = Origin.preset(config.preset.name, SourcePlace(file: config.preset.file))
            return problems.append(ConfigProblem(key: field.name, origin: origin, fault: .missing(endpoint: endpoint)))
        }
        guard let value = accepted(entry, field.type, endpoint: endpoint) else { return }
        add(field.name, value, entry.origin)
    }

    /// An endpoint that thinks in shapes gets the shape of the config's size.
    private mutating func writeAspectRatio() {
        guard let entry = config[.imageSize], let size = ImageSize(entry.value) else { return }
        let ratio = AspectRatio(nearestTo: size)
        add("aspect_ratio", .string(ratio.text), .made(from: .imageSize, entry.origin))
    }

    // MARK: Any endpoint

    /// The model data that such avatars are sent with where nothing is known of the endpoint.
    private mutating func writeModel() {
        switch subject.model {
        case .lora(let url):
            addLoras(url)
        case .finetune(let id):
            add("finetune_id", .string(id), .avatar)
        }
    }

    private mutating func addLoras(_ url: String) {
        var lora: JSONObject = ["path": .string(url)]
        var origin = Origin.avatar
        if let entry = config[.loraScale], let scale = accepted(entry, entry.key.type, endpoint: nil) {
            lora.append("scale", scale)
            origin = .avatarWith(.loraScale, entry.origin)
        }
        add("loras", [.object(lora)], origin)
    }

    /// Sends, drops or refuses what no field has asked for.
    private mutating func account(for entry: GenerationConfig.Entry) {
        let key = entry.key
        switch (key, key.role) {
        case (_, .selector): return
        case (_, .route), (_, .job), (_, .call): _ = accepted(entry, key.type, endpoint: nil)
        case (.loraScale, _) where isWritten("loras"): return
        case (.imageSize, _) where schema.map(takesOnlyShape) == true: accountForImageSize(entry)
        case _ where schema?.hasField(key.rawValue) == true && belongsToModel(key): return
        default:
            guard let value = accepted(entry, key.type, endpoint: nil) else { return }
            guard schema == nil, belongsToModel(key), key != .loraScale else { return drop(entry, .noField) }
            add(key.rawValue, value, entry.origin)
        }
    }

    private mutating func accountForImageSize(_ entry: GenerationConfig.Entry) {
        guard accepted(entry, entry.key.type, endpoint: nil) != nil, config[.aspectRatio] != nil else { return }
        drop(entry, .replaced(by: .aspectRatio))
    }

    private func takesOnlyShape(_ schema: Endpoint) -> Bool {
        schema.hasField("aspect_ratio") && !schema.hasField("image_size")
    }

    /// False for the strength of the other kind of model.
    private func belongsToModel(_ key: ConfigKey) -> Bool {
        switch (key, subject.model) {
        case (.finetuneStrength, .lora), (.loraScale, .finetune): false
        default: true
        }
    }

    private func isWritten(_ name: String) -> Bool { arguments.contains { $0.name == name } }

    private mutating func add(_ name: String, _ value: JSONValue, _ origin: Origin) {
        arguments.append(GenerationPlan.Argument(name: name, value: value, origin: origin))
    }

    private mutating func drop(_ entry: GenerationConfig.Entry, _ reason: GenerationPlan.Dropped.Reason) {
        dropped.append(
            GenerationPlan.Dropped(key: entry.key, value: entry.value, origin: entry.origin, reason: reason))
    }

    /// The value as it is sent; a value of the wrong type or out of range is reported.
    private mutating func accepted(_ entry: GenerationConfig.Entry, _ type: FieldType, endpoint: String?) -> JSONValue?
    {
        if let value = type.accepted(entry.value) { return value }
        problems.append(
            ConfigProblem(
                key: entry.key.rawValue, origin: entry.origin, value: entry.value, expected: type, endpoint: endpoint))
        return nil
    }

    private mutating func report(_ key: ConfigKey, _ origin: Origin, _ fault: ConfigProblem.Fault) {
        problems.append(ConfigProblem(key: key.rawValue, origin: origin, fault: fault))
    }
}
