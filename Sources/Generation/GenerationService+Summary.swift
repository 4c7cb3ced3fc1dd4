internal import EventLoop
package import JSON

extension GenerationService {
    /// What `get_config_summary` tells: mode, key, what is supported, where jobs go. The key itself is not in it.
    package func configSummary() throws(GenerationError) -> JSONObject {
        let routes = Route.allCases.map { route in
            (route.rawValue, JSONValue.string(settings.endpoints[route]?.value ?? route.defaultEndpoint))
        }
        return [
            "test_mode": .bool(settings.testMode), "api_key_set": .bool(queue.hasKey), "available": .bool(isAvailable),
            "supported_types": .array(TrainingType.allCases.map { .string($0.rawValue) }),
            "presets": .array(try presets.presetNames().map { .string($0) }),
            "default_preset": .string(settings.defaultPreset?.value ?? Preset.defaultName),
            "base_url": .string(queue.baseURL),
            "endpoints": .object(JSONObject(routes)), "timeout": .number(settings.timeout / .seconds(1)),
            "language": .string(settings.language.rawValue), "pacing": .object(queue.pacingSummary),
        ]
    }
}
