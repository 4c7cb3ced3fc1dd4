#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The names of what is in a folder.
package enum FolderNames {
    /// In no order, without `.`, `..` and what is hidden unless that is wanted; nil, with the reason in errno, for a folder
    /// that cannot be read.
    package static func read(_ folder: String, hidden: Bool = false) -> [String]? {
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)) {
                    String(cString: $0)
                }
            }
            if name.hasPrefix(".") && (!hidden || name == "." || name == "..") { continue }
            names.append(name)
        }
        return names
    }
}
