import FalClient
import JSON
import Testing

@testable import Generation

/// Which of fal's requests a lost submit is.
struct LostSubmitTests {
    private let arguments: JSONObject = [
        "prompt": "ТОК, у моря", "seed": 9_007_199_254_740_993, "guidance_scale": .number(3), "loras": [["scale": 1]],
    ]

    private func submit(at time: String = "2026-11-22T19:20:05Z", until end: String? = nil) throws -> LostSubmit {
        let order = JobOrder(
            endpoint: try EndpointID("fal-ai/flux-lora"), arguments: arguments,
            options: JobOptions(timeout: .seconds(1)), subject: nil)
        let created = try #require(Timestamp(time))
        let updated = try #require(Timestamp(end ?? time))
        return LostSubmit(
            job: Job(id: "a", run: "r", order: order, created: created, updated: updated, state: .submitting))
    }

    private func listed(
        _ id: String, _ input: JSONObject?, at time: String? = "2026-11-22T19:20:06.5+00:00"
    ) -> ListedRequest {
        ListedRequest(requestID: id, sentAt: time, input: input)
    }

    @Test func `the one with the same arguments is it`() throws {
        var other = arguments
        other["seed"] = 9_007_199_254_740_992
        #expect(try submit().match(in: [listed("x", other), listed("y", arguments)]) == .one("y"))
        #expect(try submit().match(in: [listed("x", other)]) == .none)
        #expect(try submit().match(in: []) == .none)
    }

    @Test func `order of members and the way numbers are written do not count, all else does`() throws {
        let same: JSONObject = [
            "loras": [["scale": .number(1)]], "guidance_scale": 3, "seed": 9_007_199_254_740_993,
            "prompt": "ТОК, у моря",
        ]
        #expect(try submit().match(in: [listed("x", same)]) == .one("x"))
        for (name, value) in [("prompt", "ток, у моря"), ("guidance_scale", 3.1), ("loras", [["scale": "1"]])]
            as [(String, JSONValue)]
        {
            var changed = same
            changed[name] = value
            #expect(try submit().match(in: [listed("x", changed)]) == .none, "\(name)")
        }
        var more = same
        more["num_images"] = 1
        #expect(try submit().match(in: [listed("x", more)]) == .none)
    }

    @Test func `several are none that could be chosen`() throws {
        #expect(try submit().match(in: [listed("x", arguments), listed("y", arguments)]) == .several(2))
    }

    @Test func `requests without arguments leave it open, unless another one is it`() throws {
        #expect(try submit().match(in: [listed("x", nil), listed("y", nil)]) == .unreadable(2))
        #expect(try submit().match(in: [listed("x", nil), listed("y", arguments)]) == .one("y"))
    }

    @Test func `only its own time counts`() throws {
        let lost = try submit(until: "2026-11-22T19:30:00Z")
        func match(_ time: String?) -> LostSubmit.Match { lost.match(in: [listed("x", arguments, at: time)]) }
        #expect(match("2026-11-22T19:14:00Z") == .none)
        #expect(match("2026-11-22T19:36:00Z") == .none)
        #expect(match("2026-11-22T22:34:59+03:00") == .one("x"))
        #expect(match("2026-11-22T19:15:30.123456") == .one("x"))
        #expect(match(nil) == .one("x"))
    }

    @Test func `one list serves the submits of an endpoint whose times overlap`() throws {
        let jobs = try ["2026-11-22T19:20:00Z", "2026-11-23T19:20:00Z", "2026-11-22T19:25:00Z"].map {
            try submit(at: $0).job
        }
        let windows = ListingWindow.windows(for: jobs)
        #expect(windows.map(\.submits.count) == [2, 1])
        #expect(windows[0].start.description == "2026-11-22T19:15:00Z")
        #expect(windows[0].end.description == "2026-11-22T19:30:00Z")
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-22T20:20:05.123456+01:00", 1_795_375_205_000),
        ("2026-11-22T19:20:05", 1_795_375_205_000),
    ]) func `a time is read`(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["", "now", "2026-11-22", "2026-14-22T19:20:05Z", "2026-11-22T19:20:05 CET"])
    func `what is no time is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
