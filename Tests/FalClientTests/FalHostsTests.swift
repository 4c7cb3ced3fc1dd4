import FalClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct FalHostsTests {
    @Test(arguments: [
        "https://queue.fal.run/fal-ai/flux-lora", "https://fal.run/x", "https://rest.fal.ai", "https://QUEUE.FAL.RUN/a",
        "https://queue.fal.run:443/a", "https://rest.alpha.fal.ai/x", "https://queue.falrun.com?x", "HTTPS://fal.run/",
    ]) func `the key goes to fal's API hosts`(url: String) {
        #expect(FalHosts.fal.mayReceiveKey(url))
    }

    @Test(arguments: [
        "http://queue.fal.run/a", "https://queue.fal.run:8443/a", "https://queue.fal.run.evil.com/a",
        "https://evil.com/queue.fal.run",
        "https://queue.fal.run@evil.com/a", "https://evil.com#@queue.fal.run", "https://evil.com\\@queue.fal.run/",
        "ftp://fal.run/",
        "//fal.run/a", "fal.run", "", "https://v3.fal.media/x", "https://xfal.run/", "https://fal.run.",
        "https://user:p@fal.run/",
        "http://127.0.0.1:1/", "https://queue.fal.run\u{0}.evil.com/", "https://queue%2efal.run/",
        "https://queue.fal.run:99999/",
        "https://queue.fal.run /", "https://quеue.fal.run/", "https:///fal.run", "https://[::1]/", "https://fal.run:/a",
    ]) func `the key goes nowhere else`(url: String) {
        #expect(!FalHosts.fal.mayReceiveKey(url))
    }

    @Test func `a base URL serves everything and may have the key`() throws {
        let hosts = try FalHosts(baseURL: "http://127.0.0.1:8080/")
        #expect(hosts.queue == "http://127.0.0.1:8080")
        #expect(hosts.run == "http://127.0.0.1:8080/run")
        #expect(hosts.storage == "http://127.0.0.1:8080")
        #expect(hosts.mayReceiveKey("http://127.0.0.1:8080/fal-ai/flux/requests/1"))
        #expect(!hosts.mayReceiveKey("http://127.0.0.1:8081/fal-ai/flux/requests/1"))
        #expect(!hosts.mayReceiveKey("http://127.0.0.2:8080/"))
        #expect(!hosts.mayReceiveKey("https://127.0.0.1:8080/"))
        #expect(try FalHosts(baseURL: "https://gate.example/fal/").run == "https://gate.example/fal/run")
    }

    @Test(arguments: [
        "http://example.com", "http://10.0.0.1:80", "http://127.0.0.1.evil.com", "ftp://x", "", "a b", "https://x/?q=1",
    ])
    func `a base URL that may not have the key is refused`(url: String) {
        #expect { try FalHosts(baseURL: url) } throws: { ($0 as? FalError)?.code == .validation }
    }

    @Test func `hosts are given as in the official client`() throws {
        #expect(try FalHosts() == FalHosts(runHost: "fal.run", queueHost: "queue.fal.run", restHost: "rest.fal.ai"))
        #expect(try FalHosts(runHost: "fal.example").queue == "https://queue.fal.example")
        #expect(try FalHosts(runHost: "127.0.0.1:39443").queue == "https://127.0.0.1:39443")
        #expect(try FalHosts(runHost: "http://localhost:9").queue == "http://localhost:9")
        #expect(try FalHosts(queueHost: "q.example:444/").queue == "https://q.example:444")
        #expect(try FalHosts(restHost: "http://[::1]:9/api/").storage == "http://[::1]:9/api")
        #expect(throws: FalError.self) { try FalHosts(restHost: "http://storage.example") }
    }
}
