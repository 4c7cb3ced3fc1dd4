import NIOCore

extension Reply {
    /// Writes status line and headers; a reply without a length comes in chunks.
    func writeHead(to out: inout ByteBuffer, keepsAlive: Bool, length: Int?, hasChunks: Bool = false) {
        if status == 200 {
            out.writeStaticString("HTTP/1.1 200 OK\r\ncontent-type: ")
        } else {
            out.writeString("HTTP/1.1 \(status) \(HTTPReason.phrase(status))\r\ncontent-type: ")
        }
        out.writeString(contentType)
        if let length {
            out.writeStaticString("\r\ncontent-length: ")
            out.writeInteger(decimal: length)
        } else if hasChunks {
            out.writeStaticString("\r\ntransfer-encoding: chunked")
        }
        if let requestID {
            out.writeStaticString("\r\nx-fal-request-id: ")
            requestID.write(to: &out)
        }
        for (name, value) in headers {
            out.writeStaticString("\r\n")
            out.writeString(name)
            out.writeStaticString(": ")
            out.writeString(value)
        }
        if keepsAlive {
            out.writeStaticString("\r\n\r\n")
        } else {
            out.writeStaticString("\r\nconnection: close\r\n\r\n")
        }
    }
}
