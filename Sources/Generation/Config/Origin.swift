/// Where a value came from.
package enum Origin: Sendable, Equatable, CustomStringConvertible {
    /// The preset that is in use, and where the preset file that set the value has it.
    case preset(String, SourcePlace)
    case call
    case avatar
    /// The avatar's, with another config key's value in it.
    indirect case avatarWith(ConfigKey, Origin)
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
        case .preset(let name, let place): "preset \(name) (\(place))"
        case .call: "call"
        case .avatar: "avatar"
        case .avatarWith(let key, let origin): "avatar, \(key.rawValue) of \(origin)"
        case .rules: "rules"
        case .project(let place): place
        case .policy: "policy"
        case .builtIn: "default"
        case .route(let route): "route \(route.rawValue)"
        case .defaultOf(let endpoint): "default of \(endpoint)"
        case .made(let key, let origin): "\(key.rawValue) of \(origin)"
        }
    }

    /// The file and line that a person can edit; nil where no file has the value.
    package var place: SourcePlace? {
        switch self {
        case .preset(_, let place): return place
        case .made(_, let origin), .avatarWith(_, let origin): return origin.place
        case .project(let text):
            guard let colon = text.lastIndex(of: ":"), let line = Int(text[text.index(after: colon)...]) else {
                return SourcePlace(file: text)
            }
            return SourcePlace(file: String(text[..<colon]), line: line)
        case .call, .avatar, .rules, .policy, .builtIn, .route, .defaultOf: return nil
        }
    }
}
