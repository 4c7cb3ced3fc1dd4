#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process environment.
enum Environment {
    /// The value of `name`; nil when it is unset or empty.
    static func value(_ name: String) -> String? {
        guard let pointer = getenv(name) else { return nil }
        let value = String(cString: pointer)
        return value.isEmpty ? nil : value
    }

    /// True for `1`, `true`, `yes` and `on` in any case.
    static func isTrue(_ name: String) -> Bool {
        ["1", "true", "yes", "on"].contains(value(name)?.lowercased() ?? "")
    }

    /// Takes a variable out, so that neither a script nor a program it starts can read it.
    static func remove(_ name: String) {
        unsetenv(name)
    }

    static var currentFolder: String {
        guard let pointer = getcwd(nil, 0) else { return "." }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
