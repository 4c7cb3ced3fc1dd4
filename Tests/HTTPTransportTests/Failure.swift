import EventLoop
import HTTPTransport

/// The error that `body` throws; nil when it throws none.
@LoopActor
func failure(of body: @LoopActor () async throws(TransportError) -> Void) async -> TransportError? {
    do throws(TransportError) {
        try await body()
        return nil
    } catch {
        return error
    }
}
