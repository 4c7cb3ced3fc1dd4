/// Bytes and files as one request's body, read while libcurl sends it.
final class BodyReader {
    private enum Piece {
        case bytes([UInt8])
        case file(BodyFile)

        var count: Int {
            switch self {
            case .bytes(let bytes): bytes.count
            case .file(let file): file.count
            }
        }
    }

    /// Bytes of all pieces.
    let count: Int
    private let pieces: [Piece]
    private var index = 0
    /// Where the reader stands in the piece.
    private var position = 0

    /// A file, or a part of one.
    init(_ file: BodyFile) {
        pieces = [.file(file)]
        count = file.count
    }

    /// Opens the files; refuses what cannot be read.
    init(_ pieces: [HTTPRequest.Piece]) throws(TransportError) {
        var opened: [Piece] = []
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): opened.append(.bytes(bytes))
            case .file(let path): opened.append(.file(try BodyFile(path: path)))
            }
        }
        self.pieces = opened
        count = opened.reduce(0) { $0 + $1.count }
    }

    /// The next bytes into `buffer`; their number, 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TransportError) -> Int {
        while index < pieces.count, position == pieces[index].count {
            index += 1
            position = 0
        }
        guard index < pieces.count else { return 0 }
        let got: Int
        switch pieces[index] {
        case .bytes(let bytes):
            got = min(buffer.count, bytes.count - position)
            bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[position..<position + got])) }
        case .file(let file): got = try file.read(into: buffer, at: position)
        }
        position += got
        return got
    }

    /// Goes back (or on) to a byte of the body, when libcurl sends the request again.
    func seek(to offset: Int) -> Bool {
        guard (0...count).contains(offset) else { return false }
        (index, position) = (0, offset)
        while index < pieces.count, position > pieces[index].count {
            position -= pieces[index].count
            index += 1
        }
        return true
    }
}
