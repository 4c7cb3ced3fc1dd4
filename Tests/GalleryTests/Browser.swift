import Foundation
import JSON
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A headless Chromium, driven through its DevTools protocol over two named pipes.
final class Browser {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The first that is installed (Debian: chromium); nil where none is.
    static let executable: String? = [
        ProcessInfo.processInfo.environment["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ].compactMap { $0 }.first { access($0, X_OK) == 0 }

    private let folder: GalleryFolder
    private let process: ChildProcess
    private let commands: Int32
    private let answers: Int32
    private var received: [UInt8] = []
    private var lastID: Int64 = 0
    /// Events that came while an answer was awaited.
    private var events: [JSONValue] = []
    private var session: String?

    init() throws {
        guard let executable = Self.executable else { throw Failure(description: "no Chromium is installed") }
        folder = try GalleryFolder()
        let (input, output) = (folder.path + "/commands", folder.path + "/answers")
        guard mkfifo(input, 0o600) == 0, mkfifo(output, 0o600) == 0 else {
            throw Failure(description: "mkfifo: \(String(cString: strerror(errno)))")
        }
        // For reading and writing: opening does not wait for the other side then.
        commands = open(input, O_RDWR | O_CLOEXEC)
        answers = open(output, O_RDWR | O_CLOEXEC)
        process = try ChildProcess(
            "/bin/bash",
            [
                "-c", "exec \"$@\" 3<\"$0/commands\" 4>\"$0/answers\"", folder.path, executable, "--headless=new",
                "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
                "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
                "--hide-scrollbars", "--user-data-dir=\(folder.path)/profile", "about:blank",
            ],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"], folder: folder.path,
            output: folder.path + "/output", errors: folder.path + "/errors")
        let target = try call("Target.createTarget", ["url": "about:blank"])["targetId"] ?? .null
        let attached = try call("Target.attachToTarget", ["targetId": target, "flatten": true])
        session = attached["sessionId"]?.stringValue
        for domain in ["Page", "Runtime", "Network", "Log"] { try call("\(domain).enable") }
        try resize(width: 1280, height: 860)
    }

    deinit {
        process.signal(SIGKILL)
        process.wait()
        close(commands)
        close(answers)
    }

    // MARK: The protocol

    /// Sends a command and waits for its result; half a minute is long for a browser on a busy machine.
    @discardableResult
    func call(_ method: String, _ parameters: JSONObject = [:]) throws -> JSONValue {
        lastID += 1
        var message: JSONObject = ["id": .integer(lastID), "method": .string(method), "params": .object(parameters)]
        if let session { message.append("sessionId", .string(session)) }
        let bytes = try message.serialized() + [0]
        guard bytes.withUnsafeBytes({ write(commands, $0.baseAddress, $0.count) }) == bytes.count else {
            throw Failure(description: "cannot write to Chromium: \(String(cString: strerror(errno)))")
        }
        let end = ContinuousClock.now + .seconds(30)
        while true {
            let answer = try next(until: end, method)
            guard answer["id"]?.integerValue == lastID else {
                events.append(answer)
                continue
            }
            if let error = answer["error"] { throw Failure(description: "\(method): \(error)") }
            return answer["result"] ?? .null
        }
    }

    private func next(until end: ContinuousClock.Instant, _ method: String) throws -> JSONValue {
        while true {
            if let zero = received.firstIndex(of: 0) {
                let message = Array(received[..<zero])
                received.removeSubrange(...zero)
                return try JSONValue(parsing: message)
            }
            guard process.isRunning, .now < end else {
                let errors = (try? String(contentsOfFile: folder.path + "/errors", encoding: .utf8)) ?? ""
                throw Failure(description: "no answer to \(method): \(errors.suffix(600))")
            }
            var state = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
            guard poll(&state, 1, 200) == 1 else { continue }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(answers, &buffer, buffer.count)
            if count > 0 { received += buffer[..<count] }
        }
    }

    // MARK: The page

    /// Opens a page and waits until all of it is there.
    func visit(_ url: URL, fragment: String = "") throws {
        events = []
        try call("Page.navigate", ["url": "about:blank"])
        try call("Page.navigate", ["url": .string(url.absoluteString + fragment)])
        try wait(for: "location.protocol === 'file:' && document.readyState === 'complete'")
        try settle()
    }

    /// The value of an expression; promises are awaited.
    @discardableResult
    func evaluate(_ expression: String) throws -> JSONValue {
        let answer = try call(
            "Runtime.evaluate",
            [
                "expression": .string(expression), "awaitPromise": true, "returnByValue": true, "userGesture": true,
            ])
        if let details = answer["exceptionDetails"] {
            throw Failure(description: "\(expression): \(details["exception"]?["description"] ?? details)")
        }
        return answer["result"]?["value"] ?? .null
    }

    func text(_ expression: String) throws -> String { try evaluate(expression).stringValue ?? "" }
    func number(_ expression: String) throws -> Int { Int(try evaluate(expression).integerValue ?? -1) }
    func isTrue(_ expression: String) throws -> Bool { try evaluate(expression).boolValue ?? false }

    /// Asks until the expression is true; each question waits for the browser's next frame.
    func wait(for condition: String) throws {
        let end = ContinuousClock.now + .seconds(30)
        while try evaluate(condition) != true {
            guard .now < end else { throw Failure(description: "it never was so: \(condition)") }
            try evaluate("new Promise((done) => setTimeout(done, 20))")
        }
    }

    /// Waits until what was asked for is on the screen: two frames, and the observers that follow them.
    func settle() throws {
        try evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 60))))")
    }

    /// Presses a key as a keyboard does.
    func press(_ key: String) throws {
        let names = [" ": "Space", "/": "Slash", "?": "Slash"]
        let codes: [String: Int64] = [
            "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, " ": 32,
            "Tab": 9,
        ]
        var down: JSONObject = [
            "type": "keyDown", "key": .string(key), "code": .string(names[key] ?? key),
            "windowsVirtualKeyCode": .integer(codes[key] ?? Int64(key.uppercased().utf8.first ?? 0)),
        ]
        if key.utf8.count == 1 { down.append("text", .string(key)) }
        if key == "Enter" { down.append("text", "\r") }
        try call("Input.dispatchKeyEvent", down)
        try call("Input.dispatchKeyEvent", ["type": "keyUp", "key": .string(key)])
        try settle()
    }

    func type(_ text: String) throws {
        try call("Input.insertText", ["text": .string(text)])
        try settle()
    }

    func click(_ selector: String) throws {
        try evaluate("document.querySelector(\(quoted(selector))).click()")
        try settle()
    }

    func resize(width: Int64, height: Int64, scale: Double = 1, isPhone: Bool = false) throws {
        try call(
            "Emulation.setDeviceMetricsOverride",
            [
                "width": .integer(width), "height": .integer(height), "deviceScaleFactor": .number(scale),
                "mobile": .bool(isPhone),
            ])
        try call("Emulation.setTouchEmulationEnabled", ["enabled": .bool(isPhone)])
    }

    func prefer(dark: Bool) throws {
        let feature: JSONValue = ["name": "prefers-color-scheme", "value": .string(dark ? "dark" : "light")]
        try call("Emulation.setEmulatedMedia", ["features": .array([feature])])
    }

    /// Takes a picture of the window as a JPEG file.
    func screenshot(_ file: String) throws {
        try settle()
        let data = try call("Page.captureScreenshot", ["format": "jpeg", "quality": 84])["data"]?.stringValue ?? ""
        try Data(base64Encoded: data)?.write(to: URL(fileURLWithPath: file))
    }

    /// What went wrong in the page since it was opened: exceptions, errors on its console, refused resources.
    func problems() throws -> [String] {
        try settle()
        return events.compactMap { event in
            switch event["method"]?.stringValue {
            case "Runtime.exceptionThrown":
                event["params"]?["exceptionDetails"]?["exception"]?["description"]?.stringValue ?? "an exception"
            case "Log.entryAdded" where event["params"]?["entry"]?["level"] == "error":
                event["params"]?["entry"]?["text"]?.stringValue ?? "an error"
            case "Runtime.consoleAPICalled": "\(event["params"]?["args"] ?? .null)"
            default: nil
            }
        }
    }

    /// The addresses of everything that the page asked for, itself aside, without what it holds itself.
    func requests() throws -> [String] {
        events.filter { $0["method"] == "Network.requestWillBeSent" }
            .compactMap { $0["params"]?["request"]?["url"]?.stringValue }
            .filter { !$0.hasPrefix("data:") && !$0.hasPrefix("about:") }
    }

    private func quoted(_ text: String) -> String {
        (try? String(decoding: JSONValue.string(text).serialized(), as: UTF8.self)) ?? "\"\""
    }
}
