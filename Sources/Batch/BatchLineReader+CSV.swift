internal import CSV
internal import Generation
internal import JSON

extension BatchLineReader {
    /// The header names the columns; an empty field says nothing.
    mutating func readCSV(_ text: String) {
        var reader = CSVReader(text)
        do throws(CSVReader.SyntaxError) {
            guard let header = try reader.next(), let columns = columns(of: header) else { return }
            while let record = try reader.next() { read(record, columns) }
        } catch {
            // Nothing after it can be told apart.
            problems.append(BatchProblem(line: error.line, "\(error)"))
        }
    }

    private mutating func columns(of header: CSVReader.Record) -> [BatchColumn]? {
        let before = problems.count
        var columns: [BatchColumn] = []
        for name in header.fields {
            do throws(BatchColumn.UnknownName) {
                let column = try BatchColumn(named: name)
                if columns.contains(column) {
                    problems.append(BatchProblem(line: header.line, "column '\(name.trimmingSpaces)' stands twice"))
                }
                columns.append(column)
            } catch {
                problems.append(BatchProblem(line: header.line, error.message("column")))
            }
        }
        if problems.count == before, !columns.contains(.prompt) {
            problems.append(
                BatchProblem(line: header.line, "the first line names the columns, and 'prompt' must be among them"))
        }
        return problems.count == before ? columns : nil
    }

    private mutating func read(_ record: CSVReader.Record, _ columns: [BatchColumn]) {
        guard record.fields.count <= columns.count else {
            let message =
                "\(record.fields.count) fields, but the header has \(columns.count); quote a field with a comma"
            return problems.append(BatchProblem(line: record.line, message))
        }
        var prompt = ""
        for (column, field) in zip(columns, record.fields) where column == .prompt {
            prompt = String(field.trimmingSpaces)
        }
        if prompt.isEmpty { return problems.append(BatchProblem(line: record.line, "the prompt is empty")) }
        add(record.line, prompt: prompt) { line in
            for (column, field) in zip(columns, record.fields) {
                let text = String(field.trimmingSpaces)
                if text.isEmpty { continue }
                switch column {
                case .prompt: break
                case .avatar: line.avatar = text
                case .preset: line.preset = text
                case .fileName: line.fileName = text
                case .config(let key): line.overrides[key.rawValue] = JSONValue(configText: text)
                case .variable(let name): line.variables[name] = text
                }
            }
        }
    }
}
