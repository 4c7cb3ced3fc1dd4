internal import FalClient

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension PictureFiles {
    /// How the names of files begin that are not whole yet.
    static let incomingPrefix = ".new-"

    /// Removes what killed processes left among the objects: downloads that nobody has written to for a day.
    ///
    /// What cannot be removed stays: it is in nobody's way.
    func removeLeftovers() {
        guard let objects, let names = FolderNames.read(objects, hidden: true) else { return }
        let oldest = time(nil) - 24 * 3600
        for name in names where name.hasPrefix(Self.incomingPrefix) {
            var information = stat()
            guard lstat("\(objects)/\(name)", &information) == 0 else { continue }
            #if canImport(Darwin)
                let changed = information.st_mtimespec.tv_sec
            #else
                let changed = information.st_mtim.tv_sec
            #endif
            if changed < oldest { unlink("\(objects)/\(name)") }
        }
    }
}
