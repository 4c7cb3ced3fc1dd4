import EventLoop
import Generation
import JSON
import LuaRuntime

extension LuaStack {
    /// Pushes a result as the table that DESIGN.md §3 describes.
    func push(_ result: GenerationResult) {
        push(result.json)
    }

    func push(_ avatar: Avatar) {
        push(avatar.json)
    }

    /// Pushes a list of strings.
    func push(_ strings: [String]) {
        pushTable(arrayCount: strings.count)
        for (index, string) in strings.enumerated() {
            push(string)
            setIndex(index + 1)
        }
    }
}
