/// Where a project has its tests.
package enum TestFiles {
    /// Below the project's root.
    package static let folder = "scripts/tests"

    /// The paths of the files whose names end in `_test.lua`; none without the folder.
    package static func paths(root: String) throws(SourceFile.ReadError) -> [String] {
        let folder = "\(root)/\(folder)"
        do throws(SourceFile.ReadError) {
            return try SourceFile.luaFiles(in: folder).filter { $0.hasSuffix("_test.lua") }.map { "\(folder)/\($0)" }
        } catch {
            if error.isMissing { return [] }
            throw error
        }
    }

    /// How messages call a file: below the project's root as seen from there, others as they are.
    package static func title(_ path: String, root: String) -> String {
        path.hasPrefix(root + "/") ? String(path.dropFirst(root.count + 1)) : path
    }
}
