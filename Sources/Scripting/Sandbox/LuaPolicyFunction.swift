import EventLoop
import Generation
import JSON
import LuaRuntime

/// One loaded policy: a function of a job and of what was spent, in a state of its own with the limits of a rule.
@LoopActor
final class LuaPolicyFunction {
    /// How messages call its file.
    nonisolated static let title = "scripts/policy.lua"
    /// Most characters of a reason that are shown.
    private static let longestReason = 500

    private let file: SandboxedFile

    /// Loads the file and checks that it returns a function; nil when there is no file.
    init?(path: String, library: String, sources: SourceRecord) throws(GenerationError) {
        do {
            file = try SandboxedFile(path: path, name: Self.title, library: library, sources: sources)
        } catch let error as SourceFile.ReadError where error.isMissing && error.path == path {
            return nil
        } catch let error as LuaError {
            throw Self.failure(error)
        } catch {
            throw .policyFailed(reason: "\(error)")
        }
        guard file.valueType == "function" else {
            file.close()
            let found = SandboxedFile.described(file.valueType)
            throw .policyFailed(reason: "\(Self.title) returns \(found), a function(job, spent) is expected")
        }
    }

    deinit {
        let state = file.state
        LoopActor.spawn { state.close() }
    }

    func verdict(on job: PolicyJob, spent: PolicySums) throws(GenerationError) -> PolicyVerdict {
        do {
            return try file.state.call(
                file.value, deadline: SandboxedFile.deadline,
                push: { stack in
                    stack.push(job.json)
                    stack.push(spent.json)
                    return 2
                },
                read: { stack, first, count in try self.verdict(stack, first, count) })
        } catch let error as LuaError {
            throw Self.failure(error)
        } catch {
            throw (error as? GenerationError) ?? .policyFailed(reason: "\(error)")
        }
    }

    // MARK: What it returned

    private func verdict(_ stack: LuaStack, _ first: Int32, _ count: Int32) throws -> PolicyVerdict {
        switch count == 0 ? .nil : stack.type(at: first) {
        case .boolean where stack.isTrue(at: first): return .allow
        case .boolean: return .refuse(reason: try reason(stack, first + 1, count > 1))
        case .string where stack.string(at: first) == "allow": return .allow
        case .table: return .preset(try preset(stack, first))
        default:
            let found =
                count == 0 || stack.isNilOrNone(at: first) ? "nothing" : "a \(stack.typeName(at: first))"
            throw fault(
                "returned \(found) (it begins at \(origin(stack))); expected is true, or false and a reason, or { preset = name }"
            )
        }
    }

    private func reason(_ stack: LuaStack, _ index: Int32, _ isThere: Bool) throws -> String {
        guard isThere, !stack.isNilOrNone(at: index) else { return "\(Self.title) gives no reason" }
        guard stack.type(at: index) == .string, let text = stack.string(at: index) else {
            throw fault("returned false and a \(stack.typeName(at: index)); the reason is a string")
        }
        return String(text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(Self.longestReason))
    }

    private func preset(_ stack: LuaStack, _ index: Int32) throws -> String {
        guard case .object(let answer) = try stack.json(at: index), answer.names == ["preset"],
            let name = answer["preset"]?.stringValue
        else {
            throw fault(
                "returned a table (it begins at \(origin(stack))); the only one that it may return is { preset = name }"
            )
        }
        return name
    }

    private func fault(_ problem: String) -> GenerationError {
        .policyFailed(reason: "\(Self.title) \(problem)")
    }

    /// `scripts/policy.lua:3`, where the function begins.
    private func origin(_ stack: LuaStack) -> String {
        stack.push(file.value)
        defer { stack.pop() }
        return stack.functionOrigin(at: -1) ?? Self.title
    }

    private static func failure(_ error: LuaError) -> GenerationError {
        let reason = SandboxedFile.reason(error)
        return .policyFailed(reason: reason.hasPrefix(title) ? reason : "\(title): \(reason)")
    }
}

extension PolicyJob {
    /// As Lua sees it; what there is not is nil.
    fileprivate var json: JSONObject {
        var json: JSONObject = [
            "endpoint": .string(endpoint), "arguments": .object(arguments), "script": .string(script),
        ]
        if let avatar { json.append("avatar", .object(avatar)) }
        if let preset { json.append("preset", .string(preset)) }
        if let config { json.append("config", .object(config)) }
        if let prompt { json.append("prompt", .string(prompt)) }
        if let estimate { json.append("estimate", .number(estimate.number)) }
        if let pictures { json.append("pictures", .integer(Int64(pictures))) }
        return json
    }
}

extension PolicySums {
    fileprivate var json: JSONObject {
        [
            "run": .number(run.number), "day": .number(day.number), "jobs_run": .integer(Int64(jobsRun)),
            "jobs_day": .integer(Int64(jobsDay)),
        ]
    }
}
