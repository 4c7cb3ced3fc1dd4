import EventLoop
package import Generation

extension LuaPromptRules {
    /// Loads every rule of a folder and runs each on every prompt; one problem for each rule that fails.
    package static func problems(
        in folder: String, library: String, prompts: [String], contexts: [RuleContext], language: Language
    ) throws -> [CheckProblem] {
        let names: [String]
        do throws(SourceFile.ReadError) { names = try SourceFile.luaFiles(in: folder) } catch {
            if error.isMissing { return [] }
            throw error
        }
        return names.compactMap { name in
            do throws(GenerationError) {
                let rule = try LuaRule(name, folder: folder, library: library, sources: SourceRecord())
                for context in contexts {
                    for prompt in prompts {
                        let rewritten = try rule.rewrite(prompt, context)
                        if let fault = Prompt.fault(in: rewritten, limit: Prompt.longestAfterRules) {
                            throw .ruleFailed(rule: name, fault: .prompt(fault))
                        }
                    }
                }
                return nil
            } catch {
                if case .ruleFailed(_, let fault) = error {
                    return CheckProblem(LuaRule.title(name), reason: fault.message(in: language))
                }
                return CheckProblem(LuaRule.title(name), line: nil, error.message(in: language))
            }
        }
    }
}
