import FalClient
package import JSON

/// One HTML file that shows a gallery: no server, no network, no other file needed.
package enum GalleryPage {
    /// The page's bytes.
    ///
    /// Everything that is not ours stands in script elements that hold data, as JSON or base64, and reaches the page
    /// as text: no prompt is ever read as HTML. Thumbnails come last, so that the page is there before them.
    ///
    /// - Parameters:
    ///   - thumbnails: one for each entry, nil for those without; none at all leaves the pictures to their files.
    ///   - folder: the absolute path of the folder that the page will be in.
    ///   - embedsFiles: the pictures' files are put into the page whole.
    ///   - onProblem: called for each file that is to be embedded and cannot be read.
    package static func html(
        _ document: GalleryDocument, thumbnails: [[UInt8]?], folder: String, embedsFiles: Bool = false,
        onProblem: (_ file: String, PictureError) -> Void = { _, _ in }
    ) throws(JSONWritingError) -> [UInt8] {
        var page: [UInt8] = []
        page.reserveCapacity(thumbnails.reduce(1 << 20) { $0 + ($1?.count ?? 0) * 3 / 2 })
        let data = try document.json(relativeTo: folder).serialized()
        for piece in pieces {
            switch piece {
            case .text(let text): page.append(contentsOf: text.utf8)
            case .language: page.append(contentsOf: document.language.utf8)
            case .data: appendEscaped(data, to: &page)
            case .pictures:
                for (index, thumbnail) in thumbnails.enumerated() {
                    if let thumbnail { append(thumbnail, Thumbnails.format, as: "small-\(index)", to: &page) }
                }
                if embedsFiles { appendFiles(of: document.entries, to: &page, onProblem) }
            }
        }
        return page
    }

    private enum Piece {
        case text(Substring)
        case language, data, pictures
    }

    /// The template, cut where something is to be put in: at each `@@WORD@@`.
    private static let pieces: [Piece] = {
        var pieces: [Piece] = []
        var rest = PageFiles.html.description.utf8[...]
        while let mark = rest.indices.first(where: { rest[$0...].starts(with: "@@".utf8) }) {
            pieces.append(.text(Substring(rest[..<mark])))
            rest = rest[mark...].dropFirst(2)
            let word = rest.prefix { $0 != UInt8(ascii: "@") }
            pieces.append(piece(String(Substring(word))))
            rest = rest[word.endIndex...].dropFirst(2)
        }
        return pieces + [.text(Substring(rest))]
    }()

    private static func piece(_ word: String) -> Piece {
        switch word {
        case "STYLE": .text(PageFiles.style.description[...])
        case "SCRIPT": .text(PageFiles.script.description[...])
        case "LANGUAGE": .language
        case "DATA": .data
        default: .pictures
        }
    }

    /// A script element ends at `</script`, whatever it holds; in JSON `<` stands in strings only.
    private static func appendEscaped(_ json: [UInt8], to page: inout [UInt8]) {
        for byte in json {
            if byte == UInt8(ascii: "<") { page.append(contentsOf: #"\u003c"#.utf8) } else { page.append(byte) }
        }
    }

    private static func appendFiles(
        of entries: [GalleryEntry], to page: inout [UInt8], _ onProblem: (String, PictureError) -> Void
    ) {
        for (index, entry) in entries.enumerated() {
            guard let file = entry.picture?.file else { continue }
            do throws(PictureError) {
                let bytes = try PictureFile.read(file)
                guard let format = PictureFormat(signature: bytes.prefix(16)) else { throw .unknownFormat }
                append(bytes, format, as: "full-\(index)", to: &page)
            } catch {
                onProblem(file, error)
            }
        }
    }

    private static func append(
        _ picture: [UInt8], _ format: PictureFormat, as id: String, to page: inout [UInt8]
    ) {
        page.append(contentsOf: "<script type=\"text/plain\" id=\"\(id)\">data:\(format.contentType);base64,".utf8)
        Base64.append(picture, to: &page)
        page.append(contentsOf: "</script>\n".utf8)
    }
}
