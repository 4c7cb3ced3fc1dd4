/// What a file descriptor is ready for, or what the loop is to watch it for.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let read = Readiness(rawValue: 1)
    package static let write = Readiness(rawValue: 2)
    /// Reported only, never asked for: the descriptor is in error.
    package static let error = Readiness(rawValue: 4)
}
