internal import JSON
internal import LuaRuntime

extension SandboxedFile {
    /// Why a file gives no table.
    struct TableError: Error {
        /// What is wrong, for people; the file is not named.
        let reason: String
        /// The file itself is not there.
        let isMissing: Bool
    }

    /// Runs a file and gives the table that it returns, with the file's text.
    ///
    /// - Parameters:
    ///   - name: how messages call the file.
    ///   - keys: what the table is made of: "config keys".
    static func table(
        path: String, name: String, library: String, sources: SourceRecord, of keys: String
    ) throws(TableError) -> (values: JSONObject, text: [UInt8]) {
        let found: String
        do {
            let file = try SandboxedFile(path: path, name: name, library: library, sources: sources)
            defer { file.close() }
            let stack = file.state.stack
            stack.push(file.value)
            defer { stack.pop() }
            if file.valueType == "table", case .object(let values) = try stack.json(at: -1) {
                return (values, file.text)
            }
            found = file.valueType == "table" ? "a list" : described(file.valueType)
        } catch let error as SourceFile.ReadError {
            throw TableError(reason: "\(error)", isMissing: error.isMissing && error.path == path)
        } catch let error as LuaError {
            throw TableError(reason: reason(error), isMissing: false)
        } catch {
            throw TableError(reason: "\(error)", isMissing: false)
        }
        throw TableError(reason: "it returns \(found), a table of \(keys) is expected", isMissing: false)
    }
}
