import FalClient
import Generation
import HTTPTransport
import Logging

extension Host {
    /// A transport of their own for what scripts send: as many requests at a time as fal's, and none in place of a paid
    /// one. A recording has both, in their order, and answers both.
    func web() throws -> any Transport {
        if let madeWeb { return madeWeb }
        let isRecording = settings.record != nil || settings.replay != nil
        let web: any Transport = isRecording ? try client().transport : CurlTransport()
        madeWeb = web
        return web
    }

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
