internal import FalClient

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension KeptPicture {
    /// The file that was named for people; where that is gone, the store's own.
    ///
    /// - Parameter objects: the store's folder.
    package func file(objects: String?) -> String {
        guard access(path, R_OK) != 0, let objects else { return path }
        let format = contentType.flatMap { PictureFormat(contentType: $0) } ?? PictureFormat(named: path)
        guard let format else { return path }
        let object = "\(objects)/\(sha256.prefix(2))/\(sha256.dropFirst(2)).\(format.fileExtension)"
        return access(object, R_OK) == 0 ? object : path
    }
}
