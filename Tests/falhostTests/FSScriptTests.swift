import Foundation
import Testing

/// `require "fs"` as a script sees it.
@Suite(.timeLimit(.minutes(5)))
struct FSScriptTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// What a chunk prints in the test's folder, line by line.
    private func lines(_ chunk: String, location: SourceLocation = #_sourceLocation) async throws -> [String] {
        let run = try await FalhostProcess.run("-e", "local fs = require 'fs' \(chunk)", folder: folder.url)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        return run.output.split(separator: "\n").map(String.init)
    }

    private func mode(_ name: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + name)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    @Test func `What is written is read again, byte for byte`() async throws {
        let output = try await lines(
            """
            local data = ("\\0\\255é\\r\\n"):rep(100000)
            fs.write("a b.bin", data) fs.append("a b.bin", "!") fs.append("new", "x")
            print(fs.read "a b.bin" == data .. "!", fs.read "new", #fs.read "/proc/self/status" > 100)
            fs.write("empty", "") print(#fs.read "empty", fs.stat("empty").size)
            """)
        #expect(output == ["true\tx\ttrue", "0\t0"])
    }

    @Test func `Writing keeps the mode and a symbolic link, and leaves nothing beside it`() async throws {
        try folder.file("real", contents: Data("old".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.path + "/real")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/link", withDestinationPath: folder.path + "/real")
        let output = try await lines(
            "fs.write('link', 'new') fs.write('fresh', 'x') print(table.concat(fs.list '.', ' '), fs.read 'real')")
        #expect(output == ["fresh link real\tnew"])
        #expect(try mode("real") == 0o640)
        #expect(try mode("fresh") == 0o644)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link") == folder.path + "/real")
    }

    @Test func `A reader sees the old file or the new one, never a part`() async throws {
        let output = try await lines(
            """
            local task = require "task"
            local one, two = ("1"):rep(3000000), ("2"):rep(3000000)
            fs.write("f", one)
            local torn, seen = 0, 0
            task.race {
              function() for _ = 1, 10 do fs.write("f", two) fs.write("f", one) end end,
              function()
                while true do
                  local text = fs.read "f"
                  seen = seen + 1
                  if text ~= one and text ~= two then torn = torn + 1 end
                end
              end,
            }
            print(torn, seen > 0, table.concat(fs.list ".", " "))
            """)
        #expect(output == ["0\ttrue\tf"])
    }

    @Test func `A disk that is full leaves the old file`() async throws {
        let output = try await lines(
            """
            fs.write("f", "old")
            local ok, err = pcall(fs.write, "/dev/full", "x")
            print(ok, err.code, err.message)
            print(fs.read "f")
            """)
        #if os(Linux)
            #expect(output == ["false\tstorage\tcannot write '/dev/full': No space left on device", "old"])
        #endif
    }

    @Test func `Folders are made, listed, searched and removed`() async throws {
        let output = try await lines(
            """
            fs.mkdir "a/b/c/" fs.mkdir "a/b" fs.mkdir(fs.join("a", "x"))
            for _, name in ipairs { "2.jpg", "1.jpg", ".hidden.jpg", "й.jpg" } do fs.write(fs.join("a/x/", name), name) end
            print(table.concat(fs.list "a", " "), table.concat(fs.list "a/x", " "))
            print(table.concat(fs.glob "a/x/*.jpg", " "), #fs.glob "a/*/[12].jpg", #fs.glob "nowhere/*")
            local file, folder = fs.stat "a/x/1.jpg", fs.stat "a"
            print(file.type, file.size, math.abs(file.modified - os.time()) < 60, folder.type, fs.stat "a/x/1.jpg/y", fs.stat("/dev/null").type)
            fs.rename("a/x/1.jpg", "a/x/2.jpg") fs.remove "a/x/.hidden.jpg"
            print(fs.exists "a/x/1.jpg", fs.exists "a/x", fs.read "a/x/2.jpg")
            fs.remove "a/b/c" print(#fs.list "a/b", fs.join("/a/", "", "/b", "c/", 7), fs.stat "no")
            """)
        #expect(
            output == [
                "b x\t.hidden.jpg 1.jpg 2.jpg й.jpg", "a/x/1.jpg a/x/2.jpg a/x/й.jpg\t2\t0",
                "file\t5\ttrue\tfolder\tnil\tother", "false\ttrue\t1.jpg", "0\t/a/b/c/7\tnil",
            ])
    }

    @Test(arguments: [
        ("fs.read 'no'", "cannot read 'no': No such file or directory"),
        ("fs.read '.'", "cannot read '.': Is a directory"),
        ("fs.write('no/x', '')", "cannot write 'no/x': No such file or directory"),
        ("fs.write('.', '')", "cannot write '.': Is a directory"),
        ("fs.append('.', '')", "cannot write '.': Is a directory"),
        ("fs.list 'no'", "cannot list 'no': No such file or directory"),
        ("fs.remove 'no'", "cannot remove 'no': No such file or directory"),
        ("fs.rename('no', 'yes')", "cannot rename 'no' to 'yes': No such file or directory"),
        ("fs.write('f', '') fs.mkdir 'f/g'", "cannot make the folder 'f/g': Not a directory"),
    ])
    func `What fails says so in one line with the path`(call: String, message: String) async throws {
        let output = try await lines(
            "local ok, err = pcall(function() \(call) end) print(ok, err.code, err.kind, err.message)")
        #expect(output == ["false\tstorage\truntime\t\(message)"])
    }

    @Test func `A path that cannot be one is a wrong argument`() async throws {
        let output = try await lines(
            "print(pcall(fs.read, '')) print(pcall(fs.read, 'a\\0b')) print(pcall(fs.join, {}))"
                + " print(pcall(fs.write, 'x'))")
        #expect(output.count == 4)
        #expect(output[0].hasSuffix("fs.read: argument 1 (path): the path is empty or has a zero byte"))
        #expect(output[1].hasSuffix("fs.read: argument 1 (path): the path is empty or has a zero byte"))
        #expect(output[2].hasSuffix("fs.join: argument 1 (...): string expected, got table"), "\(output[2])")
        #expect(output[3].hasSuffix("fs.write: argument 2 (data): string expected, got no value"))
    }

    @Test func `The disk holds up nothing else`() async throws {
        let output = try await lines(
            """
            local task = require "task"
            os.execute("mkfifo pipe")
            -- Nobody writes to the pipe before the other task does.
            task.all {
              function() print("read", fs.read "pipe") end,
              function() task.sleep(0.05) print "meanwhile" fs.append("pipe", "hello") end,
            }
            """)
        #expect(output == ["meanwhile", "read\thello"])
    }
}
