/// Where in its run a paid call was made: the same in each run of a script that does the same.
package struct CallPlace: Sendable, Equatable {
    package let number: Int64
    /// `file:line` of the call, for messages; known in a run that resumes another, and not kept.
    package let position: String?

    package init(_ number: Int64, position: String? = nil) {
        self.number = number
        self.position = position
    }
}

/// By what one call and its pictures are known again.
struct CallMark: Sendable {
    var place: CallPlace?
    var key: JobKey?
    var pictureName: NameTemplate?

    init(_ place: CallPlace? = nil, _ key: JobKey? = nil, pictureName: NameTemplate? = nil) {
        self.place = place
        self.key = key
        self.pictureName = pictureName
    }
}

/// What a script was run as: what makes two runs the same but for their time.
package struct ScriptInvocation: Sendable, Equatable {
    /// The file's absolute path, symbolic links resolved.
    package let file: String
    package let arguments: [String]

    package init(file: String, arguments: [String]) {
        self.file = file
        self.arguments = arguments
    }
}
