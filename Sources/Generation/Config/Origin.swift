/// Where a value came from.
package enum Origin: Sendable, Equatable, CustomStringConvertible {
    /// The preset that is in use, and the preset file that set the value.
    case preset(String, file: String)
    case call
    case avatar
    case rules
    /// The project's settings, and where they have it: `falhost.lua:3`.
    case project(String)
    /// The project's policy chose it.
    case policy
    /// Nobody said otherwise.
    case builtIn
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
        case .project(let place): place
        case .policy: "policy"
        case .builtIn: "default"
        case .route(let route): "route \(route.rawValue)"
        case .defaultOf(let endpoint): "default of \(endpoint)"
        case .made(let key, let origin): "\(key.rawValue) of \(origin)"
        }
    }
}
