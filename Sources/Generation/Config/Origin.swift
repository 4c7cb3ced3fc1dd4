/// Where a value came from.
package enum Origin: Sendable, Equatable, CustomStringConvertible {
    /// The preset that is in use, and the preset file that set the value.
    case preset(String, file: String)
    case call
    case avatar
    case rules
    /// The project's own table of endpoints.
    case project
    /// The route of such avatars.
    case route(Route)
    /// The endpoint uses it when nothing is sent.
    case defaultOf(endpoint: String)
    /// Made from another config key's value.
    indirect case made(from: ConfigKey, Origin)

    package var description: String {
        switch self {
        case .preset(let name, let file): "preset \(name) (\(file))"
        case .call: "call"
        case .avatar: "avatar"
        case .rules: "rules"
        case .project: "project"
        case .route(let route): "route \(route.rawValue)"
        case .defaultOf(let endpoint): "default of \(endpoint)"
        case .made(let key, let origin): "\(key.rawValue) of \(origin)"
        }
    }
}
