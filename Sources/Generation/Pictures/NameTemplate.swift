/// How kept pictures are named: a path below the picture folder with fields in braces.
package struct NameTemplate: Sendable, Equatable {
    /// What a field stands for.
    package enum Field: String, Sendable, CaseIterable {
        case date, time, avatar, preset, seed, index, job, run, request, endpoint, prompt, ext
    }

    private enum Part: Sendable, Equatable {
        case text(String)
        case field(Field)
    }

    /// As it was written: it makes the same template again.
    package let text: String
    /// Folders and then the file.
    private let components: [[Part]]

    package static let usualText = "{date}/{avatar}_{preset}_{seed}_{index}.{ext}"

    /// Throws a sentence that says what is wrong with the text.
    package init(_ text: String) throws(NameTemplateError) {
        guard !text.isEmpty else { throw NameTemplateError("the template is empty") }
        guard !text.hasPrefix("/"), !text.hasPrefix("~") else {
            throw NameTemplateError("the name is below the picture folder: it cannot begin with '\(text.prefix(1))'")
        }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw NameTemplateError("control characters cannot stand in a name")
        }
        var components: [[Part]] = []
        for component in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard !component.isEmpty else { throw NameTemplateError("a folder or the file has no name") }
            guard !component.hasPrefix(".") else {
                throw NameTemplateError("'\(component)': a name that begins with a dot is hidden, or leads out")
            }
            components.append(try Self.parts(component))
        }
        self.text = text
        self.components = components
        guard components.last?.contains(where: { $0 != .field(.ext) }) == true else {
            throw NameTemplateError("the file has no name")
        }
    }

    private static func parts(_ component: Substring) throws(NameTemplateError) -> [Part] {
        var parts: [Part] = []
        var rest = component
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                throw NameTemplateError("'\(component)': a brace without its partner")
            }
            if open > rest.startIndex { parts.append(.text(String(rest[..<open]))) }
            let name = String(rest[rest.index(after: open)..<close])
            guard let field = Field(rawValue: name) else {
                let known = Field.allCases.map(\.rawValue)
                let hint =
                    DidYouMean.nearest(to: name, in: known).map { "did you mean {\($0)}?" }
                    ?? "known: \(known.joined(separator: ", "))"
                throw NameTemplateError("'{\(name)}' is no field; \(hint)")
            }
            parts.append(.field(field))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    /// The relative path for these values, folders and file: no value leads out of its component.
    ///
    /// A field without a value takes the separator after it (`_`, `-`, `.` or a space) along.
    package func components(_ values: [Field: String]) -> [String] {
        var names: [String] = []
        for (number, parts) in components.enumerated() {
            let isFile = number == components.count - 1
            var name = ""
            var dropsSeparator = false
            for (place, part) in parts.enumerated() {
                switch part {
                case .text(let text):
                    let isBeforeEnding = place + 1 < parts.count && parts[place + 1] == .field(.ext)
                    let isDropped = dropsSeparator && !isBeforeEnding && "_-. ".contains(text.prefix(1))
                    name += isDropped ? text.dropFirst() : text[...]
                    dropsSeparator = false
                case .field(let field):
                    let value = Self.safe(values[field] ?? "")
                    name += value
                    dropsSeparator = value.isEmpty && field != .ext
                }
            }
            let ending = isFile ? values[.ext].map { "." + $0 } ?? "" : ""
            if let name = Self.fitting(name, ending) {
                names.append(name)
            } else if isFile {
                names.append("image" + ending)
            }
        }
        return names
    }

    /// Letters of any script stay; what would end a component, or cannot be seen, becomes an underscore.
    private static func safe(_ value: String) -> String {
        String(
            String.UnicodeScalarView(
                value.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                        "_"
                    default: "/\\:*?\"<>|".unicodeScalars.contains(scalar) ? "_" : scalar
                    }
                }))
    }

    /// A component that file systems take: not hidden, at most 200 bytes of UTF-8, with its ending; nil when nothing is left.
    private static func fitting(_ name: String, _ ending: String) -> String? {
        var stem = (ending.isEmpty || !name.hasSuffix(ending) ? name[...] : name.dropLast(ending.count))
            .drop { $0 == "." || $0 == " " }
        while let last = stem.last, ". _-".contains(last) { stem = stem.dropLast() }
        while stem.utf8.count + ending.utf8.count > longest { stem = stem.dropLast() }
        return stem.isEmpty ? nil : stem + (name.hasSuffix(ending) ? ending : "")
    }

    private static let longest = 200
}

/// Why a text is no template.
package struct NameTemplateError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
