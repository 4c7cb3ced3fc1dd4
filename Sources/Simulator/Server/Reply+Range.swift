import NIOCore
import NIOHTTP1

/// Parts of files (RFC 9110 §13.1.5, §14).
extension Reply {
    /// The part of this whole file that a request asks for, or all of it; either says what the file is known by.
    func part(for request: Request, tag: String) -> Reply {
        var reply = self
        reply.headers += [("etag", tag), ("accept-ranges", "bytes")]
        guard let field = request.headers.first(name: "range"),
            request.headers.first(name: "if-range").map({ $0 == tag }) ?? true,
            let range = Self.range(field, of: body.readableBytes)
        else { return reply }
        let size = body.readableBytes
        guard !range.isEmpty, let part = body.getSlice(at: body.readerIndex + range.lowerBound, length: range.count)
        else {
            reply = .detail(416, "Range Not Satisfiable")
            reply.headers.append(("content-range", "bytes */\(size)"))
            return reply
        }
        reply.status = 206
        reply.body = part
        reply.headers.append(("content-range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"))
        return reply
    }

    /// `bytes=500-` or `bytes=500-999`, as far as there is a file; nil for anything else, which is not heeded.
    private static func range(_ field: String, of size: Int) -> Range<Int>? {
        guard field.hasPrefix("bytes=") else { return nil }
        let ends = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Int(ends[0]), first >= 0 else { return nil }
        guard ends[1].isEmpty || Int(ends[1]) != nil else { return nil }
        let last = min(Int(ends[1]) ?? size - 1, size - 1)
        return first <= last ? first..<last + 1 : 0..<0
    }
}
