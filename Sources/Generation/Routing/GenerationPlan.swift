package import FalClient
package import JSON

/// What will be sent for an avatar and a config, all but the prompt; the same for every prompt of a batch.
package struct GenerationPlan: Sendable {
    /// One member of the request's body.
    package struct Argument: Sendable {
        package let name: String
        package let value: JSONValue
        package let origin: Origin
    }
    /// A config key that is not sent.
    package struct Dropped: Sendable, Equatable {
        package enum Reason: Sendable, Equatable {
            case noField
            /// Another key says the same for this endpoint.
            case replaced(by: ConfigKey)
        }
        package let key: ConfigKey
        package let value: JSONValue
        package let origin: Origin
        package let reason: Reason
    }
    package let subject: TrainedAvatar
    package let config: GenerationConfig
    package let route: Route
    package let endpoint: String
    package let endpointID: EndpointID
    package let endpointOrigin: Origin
    /// What is known of the endpoint's input; nil for one that is not in the catalogue, which is sent to unchecked.
    package let schema: Endpoint?
    /// In the order in which they are sent, after the prompt.
    package let arguments: [Argument]
    package let dropped: [Dropped]
    package let options: JobOptions
    /// The size of the pictures in pixels, as far as config and schema tell.
    package let dimensions: (width: Int, height: Int)
    package let imageCount: Int

    /// The request's body.
    package func arguments(prompt: String) -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(arguments.count + 1)
        members.append(("prompt", .string(prompt)))
        for argument in arguments { members.append((argument.name, argument.value)) }
        return JSONObject(members)
    }
}

extension GenerationPlan {
    /// Chooses the endpoint and turns the config into its arguments; all problems are thrown as one `invalid_config`.
    init(subject: TrainedAvatar, config: GenerationConfig, settings: GenerationSettings) throws(GenerationError) {
        let route = Route(subject, preset: config.preset)
        let (endpoint, endpointOrigin) = Self.endpoint(of: config, route: route, settings: settings)
        var writer = ArgumentWriter(
            subject: subject, config: config, endpoint: endpoint, endpointOrigin: endpointOrigin)
        writer.write()
        guard writer.problems.isEmpty, let endpointID = writer.endpointID else {
            throw .invalidConfig(writer.problems)
        }
        self.subject = subject
        self.config = config
        self.route = route
        self.endpoint = endpoint
        self.endpointID = endpointID
        self.endpointOrigin = endpointOrigin
        schema = writer.schema
        arguments = writer.arguments
        dropped = writer.dropped
        options = Self.options(config, settings)
        dimensions = Self.dimensions(of: writer)
        imageCount = writer.value("num_images")?.integerValue.flatMap(Int.init(exactly:)) ?? 1
    }

    private static func endpoint(
        of config: GenerationConfig, route: Route, settings: GenerationSettings
    ) -> (String, Origin) {
        if let entry = config[.endpoint], let id = entry.value.stringValue { return (id, entry.origin) }
        if let id = settings.endpoints[route] { return (id.value, .project(id.place)) }
        return (route.defaultEndpoint, .route(route))
    }

    private static func options(_ config: GenerationConfig, _ settings: GenerationSettings) -> JobOptions {
        let timeout = config[.timeout]?.value.numberValue.map { Duration.seconds($0) }
        let priority = config[.priority]?.value.stringValue.flatMap(SubmitOptions.Priority.init)
        let usesCache = config[.cache]?.value.boolValue == true
        return JobOptions(
            timeout: timeout ?? settings.timeout, priority: priority, cache: usesCache ? .exact : nil,
            fairnessKey: config[.fairnessKey]?.value.stringValue, webhook: config[.webhookURL]?.value.stringValue)
    }

    private static func dimensions(of writer: ArgumentWriter) -> (width: Int, height: Int) {
        if let size = writer.valueOrDefault("image_size").flatMap(ImageSize.init) { return size.dimensions }
        if let ratio = writer.valueOrDefault("aspect_ratio")?.stringValue.flatMap(AspectRatio.init) {
            return ratio.ultraDimensions
        }
        return ImageSize.named(.squareHD).dimensions
    }
}
