import LuaRuntime

/// `require "fs"`.
extension LuaModuleDeclaration {
    static let fs = LuaModuleDeclaration(
        "fs", "Files and folders; what waits for the disk holds up nothing else.",
        functions: [
            function(
                "read", "Reads a whole file.", [path],
                returns: [.init("data", .string, "its bytes")],
                """
                fs.write("note.txt", "hello")
                print(fs.read("note.txt")) --> hello
                """),
            function(
                "write",
                "Writes a whole file: whoever reads it meanwhile sees all of the old one or all of the new one.",
                [path, data],
                """
                fs.write("offset.json", json.encode { offset = 17 })
                """),
            function(
                "append", "Adds to the end of a file, which is made when it is not there.", [path, data],
                """
                fs.append("done.txt", "anna\\n")
                """),
            function(
                "list", "Lists what is in a folder, in the order of the names.",
                [.init("path", .string, "a folder")],
                returns: [.init("names", .list(of: "string"), "without the folder's path")],
                """
                for _, name in ipairs(fs.list ".") do print(name) end
                """),
            function(
                "glob", "Finds files by a pattern, in the order of their paths.",
                [.init("pattern", .string, "a path with `*`, `?` or `[a-z]` for parts of a name")],
                returns: [.init("paths", .list(of: "string"), "empty when none matches")],
                """
                print(#fs.glob "photos/*.jpg")
                """),
            LuaFunctionDeclaration(
                "fs.join", "Joins the parts of a path with one slash between them.",
                [.init("...", .string, "the parts; empty ones are left out")],
                returns: [.init("path", .string, "the path")],
                example: """
                    print(fs.join("photos", "anna.jpg")) --> photos/anna.jpg
                    """),
            function(
                "mkdir", "Makes a folder and those above it; one that is there is fine.", [path],
                """
                fs.mkdir "photos/anna"
                """),
            function(
                "exists", "Tells whether there is a file, a folder or anything else.", [path],
                returns: [.init("found", .boolean, "true when there is")],
                """
                print(fs.exists "nowhere.txt") --> false
                """),
            function(
                "stat", "Tells what is there; a symbolic link is what it leads to.", [path],
                returns: [.init("status", LuaType("fs.Status", .table), "nil when there is nothing", optional: true)],
                """
                print(fs.stat(".").type) --> folder
                """),
            function(
                "remove", "Removes a file, or a folder that is empty.", [path],
                """
                fs.write("note.txt", "hello")
                fs.remove "note.txt"
                """),
            function(
                "rename", "Gives a file or a folder another path, over a file that has it.",
                [path, .init("new_path", .string, "the path that it gets, on the same disk")],
                """
                fs.write("note.txt", "hello")
                fs.rename("note.txt", "greeting.txt")
                """),
        ],
        classes: [
            LuaClassDeclaration(
                "fs.Status", "What is known of a file without reading it.",
                fields: [
                    .init("type", .word(["file", "folder", "other"]), "what it is"),
                    .init("size", .integer, "how large it is", unit: "bytes"),
                    .init("modified", .number, "when it was last changed, as `os.time` counts", unit: "seconds"),
                ])
        ])

    private static let path = LuaValueDeclaration(
        "path", .string, "where, from the current folder unless it begins with a slash")
    private static let data = LuaValueDeclaration("data", .string, "the bytes")

    private static func function(
        _ name: String, _ summary: String, _ parameters: [LuaValueDeclaration],
        returns results: [LuaValueDeclaration] = [], _ example: String
    ) -> LuaFunctionDeclaration {
        LuaFunctionDeclaration(
            "fs.\(name)", summary, parameters, returns: results, errors: ["storage", "cancelled"], waits: true,
            example: example)
    }
}
