extension Service {
    /// Why the gateway does not let a request through, nil when it does.
    func refusal(of request: Request, route: Route) -> Reply? {
        switch route {
        case .keySet, .admin, .index, .unknown, .storage(.file): return nil
        case .storage(.upload), .storage(.beginMultipart):
            if request.authorization?.hasPrefix("Bearer ") == true { return nil }
            return keyRefusal(request.authorization, application: nil)
        case .storage, .listing, .models: return keyRefusal(request.authorization, application: nil)
        case .submit(let application), .run(let application), .events(let application):
            return keyRefusal(request.authorization, application: application.endpoint)
                ?? missing(application.endpoint)
        case .job(_, _, let endpoint): return keyRefusal(request.authorization, application: endpoint)
        }
    }

    /// A key is `Key id:secret`; the id `invalid` stands for a key that fal does not know.
    private func keyRefusal(_ authorization: String?, application: String?) -> Reply? {
        guard let authorization else {
            let name = application.map { "Cannot access application \"\($0)\". " } ?? ""
            return .detail(401, name + "Authentication is required to access this application.")
        }
        let key = authorization.hasPrefix("Key ") ? authorization.utf8.dropFirst(4) : "".utf8[...]
        guard let colon = key.firstIndex(of: UInt8(ascii: ":")), colon != key.startIndex,
            key.index(after: colon) != key.endIndex
        else {
            return .detail(401, "Invalid Key Authorization header format. Expected '<key_id>:<key_secret>'.")
        }
        return key[..<colon].elementsEqual("invalid".utf8)
            ? .detail(401, "No user found for Key ID and Secret") : nil
    }

    /// Every endpoint exists but those of the owner `missing`.
    private func missing(_ endpoint: String) -> Reply? {
        guard endpoint.hasPrefix("missing/") else { return nil }
        return .applicationNotFound(String(endpoint.dropFirst(8)))
    }
}
