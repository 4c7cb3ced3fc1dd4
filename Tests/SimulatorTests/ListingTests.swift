import JSON
import Testing

@testable import Simulator

/// The list of an endpoint's requests, as fal's platform API gives it.
@Suite(.timeLimit(.minutes(5)))
struct ListingTests {
    private static let path = "/v1/models/requests/by-endpoint"
    private static let fluxLora = path + "?endpoint_id=fal-ai/flux-lora"

    @Test func requestsAreListedNewestFirstWithWhatWasSent() async throws {
        try await withSimulator { _, client in
            let first = try client.submit(#"{"prompt":"a","seed":1}"#)
            let second = try client.submit(#"{"prompt":"b","guidance_scale":99}"#)
            _ = try client.submit("{}", to: "fal-ai/other")
            let json = try client.request("GET", Self.fluxLora + "&expand=payloads").json
            #expect(json["has_more"] == false && json["next_cursor"] == .null)
            let items = try #require(json["items"]?.arrayValue)
            try #require(items.count == 2)
            #expect(items.compactMap { $0["request_id"]?.stringValue }.map { String($0) } == [second, first].map(id))
            #expect(items[1]["json_input"] == ["prompt": "a", "seed": 1])
            #expect(items[1]["json_output"]?["seed"] == 1 && items[0]["json_output"] == .null)
            #expect(items[1]["status_code"] == 200 && items[0]["status_code"] == 422)
            #expect(items[0]["endpoint_id"] == "fal-ai/flux-lora")
            for name in ["sent_at", "started_at", "ended_at"] {
                #expect(items[0][name]?.stringValue.flatMap(Timestamp.init) != nil, "\(name)")
            }
        }
    }

    private func id(_ path: String) -> String { String(path.split(separator: "/").last ?? "") }

    @Test func payloadsAreShownWhereTheyAreAskedForAndKept() async throws {
        try await withSimulator { _, client in
            _ = try client.request(
                "POST", "/fal-ai/flux-lora", body: Array("{}".utf8), headers: ["X-Fal-Store-IO": "0"])
            let kept = try client.request("GET", Self.fluxLora + "&expand=payloads").json
            #expect(kept["items"]?.arrayValue?.first?["json_input"] == nil)
            _ = try client.submit("{}")
            let plain = try client.request("GET", Self.fluxLora).json
            #expect(plain["items"]?.arrayValue?.count == 2)
            #expect(plain["items"]?.arrayValue?.first?["json_input"] == nil)
        }
    }

    @Test func aPageEndsWhereTheNextBegins() async throws {
        try await withSimulator { _, client in
            for _ in 0..<5 { _ = try client.submit("{}") }
            var seen: [String] = []
            var query = "&limit=2"
            while true {
                let json = try client.request("GET", Self.fluxLora + query).json
                seen += (json["items"]?.arrayValue ?? []).compactMap { $0["request_id"]?.stringValue }
                guard json["has_more"] == true else { break }
                query = "&limit=2&cursor=" + (json["next_cursor"]?.stringValue ?? "")
            }
            #expect(seen.count == 5 && Set(seen).count == 5)
        }
    }

    @Test func theTimeIsBounded() async throws {
        try await withSimulator { _, client in
            _ = try client.submit("{}")
            func count(_ query: String) throws -> Int? {
                try client.request("GET", Self.fluxLora + query).json["items"]?.arrayValue?.count
            }
            #expect(try count("&start=2020-01-01T00:00:00Z&end=2100-01-01T00:00:00%2B02:00") == 1)
            #expect(try count("&start=2100-01-01T00:00:00Z") == 0)
            #expect(try count("&start=2000-01-01T00:00:00Z&end=2020-01-01T00:00:00Z") == 0)
        }
    }

    @Test(arguments: [
        "", "?endpoint_id=", "?endpoint_id=a/b&limit=0", "?endpoint_id=a/b&limit=101", "?endpoint_id=a/b&limit=x",
        "?endpoint_id=a/b&start=yesterday", "?endpoint_id=a/b&cursor=x",
    ])
    func badParametersAreRefused(query: String) async throws {
        try await withSimulator { _, client in
            let status = try client.request("GET", Self.path + query).status
            #expect(status == 422)
        }
    }

    @Test func aKeyIsNeeded() async throws {
        try await withSimulator { _, client in
            let refused = try client.request("GET", Self.fluxLora, authorization: nil).status
            let posted = try client.request("POST", Self.fluxLora).status
            #expect(refused == 401 && posted == 405)
        }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-22T16:30:00.5Z", 1_795_365_000_500_000),
        ("2026-11-22T17:30:00+01:00", 1_795_365_000_000_000), ("2000-02-29T23:59:59-00:30", 951_870_599_000_000),
    ]) func aTimeIsRead(text: String, microseconds: Int64) throws {
        #expect(Timestamp(text)?.microseconds == microseconds)
    }

    @Test func aTimeThatIsWrittenIsReadBack() {
        for microseconds in [0, 951_782_400_000_000, 1_795_365_000_123_456, 4_102_444_799_999_999] as [Int64] {
            let time = Timestamp(microseconds: microseconds)
            #expect(Timestamp(time.description)?.microseconds == microseconds, "\(time)")
        }
    }

    @Test(arguments: [
        "", "2026", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00", "x-y-zTa:b:cZ",
    ])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
