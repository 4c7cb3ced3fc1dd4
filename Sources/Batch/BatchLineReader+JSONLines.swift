internal import Generation
internal import JSON

extension BatchLineReader {
    /// Each line is an object with the names that columns of a CSV file have; `variables` may be an object of its own.
    mutating func readJSONLines(_ text: String) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let number = index + 1
            if line.allSatisfy(\.isWhitespace) { continue }
            do throws(JSONError) {
                guard let object = try JSONValue(parsing: String(line)).objectValue else {
                    problems.append(BatchProblem(line: number, "not an object: {\"prompt\": \"…\"}"))
                    continue
                }
                read(object, number)
            } catch {
                problems.append(BatchProblem(line: number, "\(error)"))
            }
        }
    }

    private mutating func read(_ object: JSONObject, _ number: Int) {
        guard case .string(let prompt)? = object["prompt"], !prompt.allSatisfy(\.isWhitespace) else {
            return problems.append(BatchProblem(line: number, "'prompt' must be a string that is not empty"))
        }
        var faults: [String] = []
        add(number, prompt: prompt) { line in
            for (name, value) in object where !value.isNull {
                if let fault = Self.set(name, value, in: &line) { faults.append(fault) }
            }
        }
        problems += faults.map { BatchProblem(line: number, $0) }
    }

    /// What is wrong with a member; nil when it was taken.
    private static func set(_ name: String, _ value: JSONValue, in line: inout BatchLine) -> String? {
        if name == "variables" { return setVariables(value, in: &line) }
        let column: BatchColumn
        do throws(BatchColumn.UnknownName) { column = try BatchColumn(named: name) } catch {
            return error.message("member")
        }
        switch column {
        case .prompt: return nil
        case .config(let key):
            line.overrides[key.rawValue] = value
            return nil
        case .avatar, .preset, .fileName, .variable: break
        }
        guard let text = text(value) else { return "'\(name)' must be a string, not \(value.kindName)" }
        switch column {
        case .avatar: line.avatar = text
        case .preset: line.preset = text
        case .fileName: line.fileName = text
        case .variable(let variable): line.variables[variable] = text
        case .prompt, .config: break
        }
        return nil
    }

    private static func setVariables(_ value: JSONValue, in line: inout BatchLine) -> String? {
        guard let object = value.objectValue else { return "'variables' must be an object, not \(value.kindName)" }
        for (name, value) in object {
            guard PromptTemplate.isVariableName(name) else {
                return "'\(name)' is no name for a variable: names are letters, digits and _"
            }
            guard let text = text(value) else { return "variable '\(name)' must be a string, not \(value.kindName)" }
            line.variables[name] = text
        }
        return nil
    }

    /// Numbers may stand for text: `{"size": 3}`.
    private static func text(_ value: JSONValue) -> String? {
        if let number = value.integerValue { return String(number) }
        if let number = value.numberValue { return "\(number)" }
        return value.stringValue
    }
}
