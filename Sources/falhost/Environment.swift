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
    ///
    /// The value is overwritten where it stands: /proc/<pid>/environ and ps(1) show those bytes for as long as we run.
    static func remove(_ name: String) {
        if let value = getenv(name) { memset(value, 0, strlen(value)) }
        unsetenv(name)
    }

    static var currentFolder: String {
        guard let pointer = getcwd(nil, 0) else { return "." }
        defer { free(pointer) }
        return String(cString: pointer)
    }
}
