import FalClient
import Generation
import HTTPTransport
import Logging

extension Host {
    /// libcurl, with a recording of what goes through it, or a recording in its place.
    func transport(_ hosts: FalHosts) throws(FalError) -> any Transport {
        let logger = logger
        if let replay = settings.replay {
            return try ReplayTransport(RecordingFolder(existing: replay), hosts: hosts) { logger.warning("\($0)") }
        }
        guard let record = settings.record else { return CurlTransport() }
        return RecordingTransport(CurlTransport(), folder: try RecordingFolder(new: record), hosts: hosts) {
            logger.warning("\($0)")
        }
    }
}
