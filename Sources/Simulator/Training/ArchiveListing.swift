/// The files of a training archive by what they are for; folders and what an operating system adds are left out.
struct ArchiveListing {
    private(set) var photos: [ZipArchive.Entry] = []
    /// `photo_mask.jpg` beside `photo.jpg`: what of it is to be learned.
    private(set) var masks: [ZipArchive.Entry] = []
    /// `photo.txt` beside `photo.jpg`.
    private(set) var captions: [ZipArchive.Entry] = []

    init(_ entries: [ZipArchive.Entry]) {
        let files = entries.filter { !Self.isLitter($0.name) }
        let pictures = files.filter { PhotoSize.extensions.contains(Self.parts($0.name).ending) }
        let stems = Set(pictures.map { Self.parts($0.name).stem })
        for picture in pictures {
            let stem = Self.parts(picture.name).stem
            if stem.hasSuffix("_mask"), stems.contains(String(stem.dropLast(5))) {
                masks.append(picture)
            } else {
                photos.append(picture)
            }
        }
        captions = files.filter { isCaption($0) && stems.contains(Self.parts($0.name).stem) }
    }

    func isCaption(_ entry: ZipArchive.Entry) -> Bool { Self.parts(entry.name).ending == ".txt" }

    /// Folders, hidden files, and the second halves that macOS puts into `__MACOSX`.
    private static func isLitter(_ name: String) -> Bool {
        name.hasSuffix("/") || name.hasPrefix("__MACOSX/")
            || name.split(separator: "/").last?.hasPrefix(".") != false
    }

    /// `a/b.JPG` is `a/b` and `.jpg`.
    private static func parts(_ name: String) -> (stem: String, ending: String) {
        guard let dot = name.lastIndex(of: "."), !name[dot...].contains("/") else { return (name, "") }
        return (String(name[..<dot]), name[dot...].lowercased())
    }
}
