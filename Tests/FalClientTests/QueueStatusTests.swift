import JSON
import Testing

@testable import FalClient

@Suite(.timeLimit(.minutes(5)))
struct QueueStatusTests {
    @Test(
        arguments: [
            (#"{"status":"IN_QUEUE","queue_position":3,"logs":null}"#, .inQueue(position: 3)),
            (#"{"status":"IN_QUEUE"}"#, .inQueue(position: nil)), (#"{"status":"IN_PROGRESS","logs":[]}"#, .inProgress),
            (
                #"{"status":"COMPLETED","metrics":{"inference_time":1.5}}"#,
                .completed(inferenceTime: 1.5, error: nil, errorType: nil)
            ),
            (
                #"{"status":"COMPLETED","metrics":{},"error":"Invalid status code: 422","error_type":"x"}"#,
                .completed(inferenceTime: nil, error: "Invalid status code: 422", errorType: "x")
            ),
            (#"{"status":"COMPLETED","error":null}"#, .completed(inferenceTime: nil, error: nil, errorType: nil)),
            (
                #"{"status":"COMPLETED","error":{"a":1}}"#,
                .completed(inferenceTime: nil, error: #"{"a":1}"#, errorType: nil)
            ),
            (#"{"status":"PAUSED"}"#, .unknown("PAUSED")),
        ] as [(String, QueueStatus.State)]) func `a status object is read`(text: String, state: QueueStatus.State)
        throws
    {
        #expect(QueueStatus(try JSONValue(parsing: text))?.state == state)
    }

    @Test func `log lines of all shapes are read`() throws {
        let text = #"""
            {"status":"IN_PROGRESS","logs":[{"message":"a","timestamp":"t"},
             {"message":"b","level":"INFO","source":"USER"},{"message":"c","labels":{"level":"STDOUT"}},{"text":"no"},7]}
            """#
        #expect(
            QueueStatus(try JSONValue(parsing: text))?.logs == [
                QueueLog(message: "a", timestamp: "t"), QueueLog(message: "b", level: "INFO", source: "USER"),
                QueueLog(message: "c", level: "STDOUT"),
            ])
    }

    @Test func `an object without a status is none`() throws {
        for text in ["{}", "[]", #"{"status":1}"#] { #expect(QueueStatus(try JSONValue(parsing: text)) == nil) }
    }
}
