#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the project's files are (DESIGN.md §4).
struct Project {
    let root: String
    /// Where its database and its pictures are.
    let data: String

    /// The root folder's own path is left empty, so that paths below it begin with one slash.
    init(root: String, data: String? = nil) {
        self.root = root == "/" ? "" : root
        self.data = data ?? self.root + "/.falhost"
    }

    var presets: String { root + "/presets" }
    var rules: String { root + "/scripts/rules" }
    var policy: String { root + "/scripts/policy.lua" }
    var library: String { root + "/scripts/lib" }

    /// The root that was named, else the nearest folder above the script, then above the current folder, that has
    /// `presets/`, else the installed share folder; nil when there is none of them.
    static func locate(named root: String?, script: String?) throws -> Project? {
        if let root {
            guard isFolder(root) else { throw CommandError(.inputMissing, "project folder '\(root)' is not there") }
            return at(absolute(root))
        }
        if let script, let found = nearest(above: parent(absolute(script))) { return found }
        if let found = nearest(above: Environment.currentFolder) { return found }
        return isFolder(share + "/presets") ? at(share) : nil
    }

    /// The folder as a project; the installed one is everybody's, and its scripts can be run where it stands.
    private static func at(_ folder: String) -> Project {
        Project(root: folder, data: folder == share ? ownData : nil)
    }

    /// The folder that `make install` fills.
    private static var share: String { parent(parent(executable)) + "/share/falhost" }

    /// Where the data of the installed presets' users are, who cannot write beside them (XDG base directory specification:
    /// a path that is not absolute is ignored); nil where there is no home.
    private static var ownData: String? {
        if let folder = Environment.value("XDG_DATA_HOME"), folder.hasPrefix("/") { return folder + "/falhost" }
        return Environment.value("HOME").map { $0 + "/.local/share/falhost" }
    }

    private static func nearest(above folder: String) -> Project? {
        var folder = folder
        while true {
            if isFolder(folder == "/" ? "/presets" : folder + "/presets") { return at(folder) }
            if folder == "/" { return nil }
            folder = parent(folder)
        }
    }

    private static var executable: String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        #if os(Linux)
            let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
            guard count > 0 else { return "/" }
        #else
            var size = UInt32(buffer.count)
            guard _NSGetExecutablePath(&buffer, &size) == 0 else { return "/" }
        #endif
        return buffer.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } } ?? "/"
    }

    static func absolute(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else {
            return path.hasPrefix("/") ? path : Environment.currentFolder + "/" + path
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    static func isFolder(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }
}
