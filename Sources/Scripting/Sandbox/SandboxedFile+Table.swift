internal import Generation
internal import JSON
internal import LuaRuntime

extension SandboxedFile {
    /// Why a file gives no table.
    enum TableError: Error {
        /// The file itself is not there.
        case missing(reason: String)
        /// It returns something else.
        case notTable(FoundType)
        /// In the words of Lua or of the system; the file is not named.
        case other(reason: String)
    }

    /// Runs a file and gives the table that it returns, with the file's text.
    ///
    /// - Parameter name: how messages call the file.
    static func table(
        path: String, name: String, library: String, sources: SourceRecord
    ) throws(TableError) -> (values: JSONObject, text: [UInt8]) {
        let found: FoundType
        do {
            let file = try SandboxedFile(path: path, name: name, library: library, sources: sources)
            defer { file.close() }
            let stack = file.state.stack
            stack.push(file.value)
            defer { stack.pop() }
            if file.valueType == "table", case .object(let values) = try stack.json(at: -1) {
                return (values, file.text)
            }
            found = FoundType(file.valueType == "table" ? "list" : file.valueType)
        } catch let error as SourceFile.ReadError {
            throw error.isMissing && error.path == path ? .missing(reason: "\(error)") : .other(reason: "\(error)")
        } catch let error as LuaError {
            throw .other(reason: reason(error))
        } catch {
            throw .other(reason: "\(error)")
        }
        throw .notTable(found)
    }
}
