import CZlib
import NIOCore

/// Raw deflate data (RFC 1951) back to what it was made of.
enum Inflate {
    /// Nil when the data are damaged or do not give exactly `size` bytes.
    static func expand(_ bytes: ByteBuffer, size: Int) -> [UInt8]? {
        var stream = z_stream()
        // A negative window: no zlib header around the data, as in a zip file.
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        let output = [UInt8](unsafeUninitializedCapacity: size) { room, count in
            bytes.withUnsafeReadableBytes { input in
                // zlib's next_in lacks a const; the input is only read.
                stream.next_in = UnsafeMutablePointer(
                    mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
                stream.avail_in = uInt(input.count)
                // zlib refuses a missing output even where nothing is to come out.
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1) { spare in
                    stream.next_out = size > 0 ? room.baseAddress : spare.baseAddress
                    stream.avail_out = uInt(size)
                    if inflate(&stream, Z_FINISH) == Z_STREAM_END { count = Int(stream.total_out) }
                }
            }
        }
        return output.count == size ? output : nil
    }
}
