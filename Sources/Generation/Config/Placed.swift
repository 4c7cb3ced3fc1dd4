/// A value from the project's settings, and where they have it.
package struct Placed<Value: Sendable & Equatable>: Sendable, Equatable {
    package let value: Value
    /// `falhost.lua:3`
    package let place: String

    package init(_ value: Value, at place: String) {
        self.value = value
        self.place = place
    }
}
