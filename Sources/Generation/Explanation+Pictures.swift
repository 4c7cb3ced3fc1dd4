extension Explanation {
    /// How many pictures it asks for.
    package var pictures: Int { BilledRequest(endpoint: nil, arguments: arguments).pictures ?? 1 }
}
