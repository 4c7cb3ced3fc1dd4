import HTTPTransport
import JSON
import Testing

@testable import FalClient

@Suite(.timeLimit(.minutes(5)))
struct FalErrorResponseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var status: Int
        var body: String
        var headers: [String: String] = [:]
        var operation = FalOperation.result
        var code: FalError.Code
        var type: String?
        var field: String?
        var retryable = false
        var says = ""

        var testDescription: String { "\(operation) \(status) \(body.prefix(60))" }
    }

    @Test(arguments: cases) func `every shape of error has its code`(example: Case) throws {
        var headers = HTTPHeaders()
        for (name, value) in example.headers { headers.append(name, value) }
        let head = HTTPResponseHead(status: example.status, headers: headers, url: "https://queue.fal.run/x")
        let error = FalError(
            HTTPResponse(head: head, body: Array(example.body.utf8)), to: example.operation,
            endpoint: try EndpointID("fal-ai/flux-lora"), requestID: "id-1")
        #expect(error.code == example.code)
        #expect(error.type == example.type)
        #expect(error.field == example.field)
        #expect(error.retryable == example.retryable)
        #expect(error.message.contains(example.says))
        #expect(!error.message.contains("\n"))
        #expect(error.message.count < 600)
        #expect(error.status == example.status)
        #expect(error.requestID == example.headers["x-fal-request-id"] ?? "id-1")
        #expect(error.endpoint == "fal-ai/flux-lora")
    }

    static let cases: [Case] = [
        Case(
            status: 422,
            body:
                #"{"detail":[{"loc":["body","loras",0,"scale"],"msg":"Input should be less than or equal to 4","type":"less_than_equal","ctx":{"le":4}}]}"#,
            headers: ["X-Fal-Retryable": "false"], code: .validation, type: "less_than_equal", field: "loras.0.scale",
            says: "loras.0.scale: Input should be less than or equal to 4"),
        Case(
            status: 422, body: #"{"detail":[{"loc":["body"],"msg":"flagged","type":"content_policy_violation"}]}"#,
            code: .contentPolicyViolation, type: "content_policy_violation", says: "flagged"),
        Case(
            status: 422,
            body: #"{"detail":[{"loc":["a"],"msg":"1"},{"loc":["b"],"msg":"2"},{"msg":"3"},{"msg":"4"},{"msg":"5"}]}"#,
            code: .validation, field: "a", says: "a: 1; b: 2; 3; and 2 more"),
        Case(status: 422, body: #"{"detail":"prompt is required"}"#, code: .validation, says: "prompt is required"),
        Case(
            status: 422, body: #"{"detail":{"message":"odd","type":"value_error"}}"#, code: .validation,
            type: "value_error", says: "odd"),
        Case(status: 422, body: "", code: .validation, says: "HTTP 422 without a reason"),
        Case(status: 422, body: #"{"detail":[]}"#, code: .validation),
        Case(status: 422, body: #"{"detail":[null,1,{"loc":7,"msg":[]}]}"#, code: .validation),
        Case(
            status: 400, body: #"{"detail":"bad","error_type":"bad_request"}"#, code: .validation, type: "bad_request",
            says: "bad"),
        Case(
            status: 500, body: #"{"detail":[{"loc":["body"],"msg":"boom","type":"internal_server_error"}]}"#,
            headers: ["x-fal-retryable": "false"], code: .serverError, type: "internal_server_error", says: "boom"),
        Case(
            status: 504, body: #"{"detail":[{"loc":[],"msg":"slow","type":"generation_timeout"}]}"#, code: .timeout,
            type: "generation_timeout", retryable: true),
        Case(
            status: 504, body: #"{"detail":"gone","error_type":"request_timeout"}"#,
            headers: ["X-Fal-Request-Timeout-Type": "user"], code: .timeout, type: "request_timeout"),
        Case(
            status: 503, body: #"{"detail":"no runner"}"#, headers: ["X-Fal-Error-Type": "runner_scheduling_failure"],
            code: .serverError, type: "runner_scheduling_failure", retryable: true),
        Case(
            status: 401, body: #"{"detail":"No user found for Key ID and Secret"}"#, operation: .submit,
            code: .unauthorized,
            says: "No user found"),
        Case(
            status: 403, body: #"{"detail":"User is locked. Reason: Exhausted balance. Top up your balance."}"#,
            operation: .submit, code: .billing, says: "Exhausted balance"),
        Case(status: 402, body: "", operation: .submit, code: .billing),
        Case(status: 403, body: #"{"detail":"Forbidden"}"#, operation: .submit, code: .unauthorized),
        Case(
            status: 404, body: #"{"detail":"Application \"x\" not found"}"#, operation: .submit,
            code: .endpointNotFound,
            says: "Application \"x\" not found"),
        Case(
            status: 404, body: #"{"error":"Error","message":"Path /x not found"}"#, operation: .run,
            code: .endpointNotFound, says: "Path /x"),
        Case(status: 404, body: #"{"status":"NOT_FOUND"}"#, code: .expired, says: "NOT_FOUND"),
        Case(status: 405, body: "", operation: .submit, code: .endpointNotFound),
        Case(
            status: 429, body: #"{"detail":"slow down","error_type":"concurrent_requests_limit"}"#, operation: .run,
            code: .rateLimited, type: "concurrent_requests_limit", retryable: true),
        Case(
            status: 499, body: #"{"detail":"x","error_type":"client_cancelled"}"#, code: .cancelled,
            type: "client_cancelled"),
        Case(
            status: 502, body: "<html>\r\n<head><title>502 Bad Gateway</title></head><center>nginx</center></html>",
            operation: .status, code: .serverError, retryable: true, says: "a web page: 502 bad gateway"),
        Case(
            status: 500, body: "plain\n words\u{0} here", code: .serverError, retryable: true, says: "plain words here"),
        Case(status: 500, body: String(repeating: "long ", count: 10_000), code: .serverError, retryable: true),
        Case(status: 500, body: "[1,2", code: .serverError, retryable: true),
        Case(status: 500, body: "null", code: .serverError, retryable: true),
        Case(status: 307, body: "", operation: .submit, code: .malformedResponse, says: "redirect"),
        Case(status: 413, body: "", operation: .submit, code: .validation),
        Case(status: 409, body: "", code: .serverError, retryable: true),
        Case(
            status: 422, body: #"{"detail":"x"}"#, headers: ["x-fal-request-id": "other"], code: .validation, says: "x"),
    ]

    @Test func `a key that fal repeats does not get into the error`() throws {
        _ = try FalCredentials("echo-id:echo-secret-1234")
        let head = HTTPResponseHead(status: 401, headers: [:], url: "")
        let body =
            #"{"detail":[{"msg":"bad key echo-id:echo-secret-1234","loc":["echo-secret-1234"],"input":"echo-secret-1234"}]}"#
        let error = FalError(
            HTTPResponse(head: head, body: Array(body.utf8)), to: .submit, endpoint: nil, requestID: nil)
        #expect(!"\(error)".contains("echo-secret"))
        #expect(error.details != nil)
    }

    @Test func `Retry-After is read in seconds or as a date, and capped`() {
        func after(_ value: String) -> Duration? {
            let head = HTTPResponseHead(status: 429, headers: ["Retry-After": value], url: "")
            return FalError(HTTPResponse(head: head, body: []), to: .submit, endpoint: nil, requestID: nil).retryAfter
        }
        #expect(after("2") == .seconds(2))
        #expect(after("0.5") == .milliseconds(500))
        #expect(after("86400") == .seconds(60))
        #expect(after("Fri, 31 Dec 9999 23:59:59 GMT") == .seconds(60))
        #expect(after("Sun, 06 Nov 1994 08:49:37 GMT") == .zero)
        for bad in ["soon", "-1", "nan", "inf", "", "Wed, 21 Okt 2026 07:28:00 GMT"] { #expect(after(bad) == nil) }
    }
}
