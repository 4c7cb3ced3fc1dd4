package import JSON

/// What a gallery page shows.
package struct GalleryDocument: Sendable {
    /// What it is a gallery of, such as a run's id; empty for all there is.
    package var title: String
    /// `en` or `ru`: what the page begins with; it can be switched in the page.
    package var language: String
    /// When it was made: milliseconds since the beginning of 1970, UTC.
    package var made: Int64
    package var entries: [GalleryEntry]
    /// Where the entries stand on a grid; nil for a list of them.
    package var grid: ComparisonGrid?

    package init(
        title: String, language: String, made: Int64, entries: [GalleryEntry], grid: ComparisonGrid? = nil
    ) {
        self.title = title
        self.language = language
        self.made = made
        self.entries = entries
        self.grid = grid
    }
}

/// One picture of a job, or a job that has none.
package struct GalleryEntry: Sendable {
    /// Where a picture is.
    package struct Picture: Sendable {
        /// The file; nil when it was not kept.
        package var file: String?
        /// The file that says how it was made; nil when there is none.
        package var receipt: String?
        /// Where fal has it, or had it; the page only links there.
        package var url: String?
        package var width: Int?
        package var height: Int?
        /// fal's checker flagged it.
        package var isFlagged: Bool

        package init(file: String?, url: String?, width: Int? = nil, height: Int? = nil, isFlagged: Bool = false) {
            self.file = file
            self.url = url
            self.width = width
            self.height = height
            self.isFlagged = isFlagged
        }
    }
    /// Why there is no picture.
    package struct Failure: Sendable {
        package let code: String
        package let message: String

        package init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }

    /// The job's id.
    package var job: String
    /// Which of the job's pictures, from 1.
    package var number = 1
    package var run: String
    /// The name of the job's state.
    package var state: String
    package var picture: Picture?
    package var failure: Failure?
    package var avatar: String?
    package var preset: String?
    /// As the caller gave it.
    package var prompt: String
    /// As the rules left it.
    package var sentPrompt: String
    package var endpoint: String
    package var arguments: JSONObject
    package var seed: Int64?
    package var requestID: String?
    /// Milliseconds since the beginning of 1970, UTC.
    package var created: Int64
    /// From the job's beginning to its end, in seconds.
    package var seconds: Double?
    /// In dollars, of the whole job.
    package var price: Double?
    package var isSimulated = false
    /// The command line that makes it again.
    package var command: String?

    package init(
        job: String, run: String, state: String, prompt: String, sentPrompt: String, endpoint: String,
        arguments: JSONObject, created: Int64
    ) {
        self.job = job
        self.run = run
        self.state = state
        self.prompt = prompt
        self.sentPrompt = sentPrompt
        self.endpoint = endpoint
        self.arguments = arguments
        self.created = created
    }
}

/// Entries by the values of one or two settings.
package struct ComparisonGrid: Sendable {
    package struct Axis: Sendable {
        /// What varies: `preset`, `avatar`, or a config key.
        package let name: String
        package let values: [String]

        package init(name: String, values: [String]) {
            self.name = name
            self.values = values
        }
    }
    package let columns: Axis
    /// Nil when only one setting varies.
    package let rows: Axis?
    /// Row by row, for each cell the places of its entries in the document.
    package let cells: [[Int]]
    /// What is the same in all cells, and was not said by the axes.
    package let prompt: String
    package let seed: Int64?

    package init(columns: Axis, rows: Axis?, cells: [[Int]], prompt: String, seed: Int64?) {
        self.columns = columns
        self.rows = rows
        self.cells = cells
        self.prompt = prompt
        self.seed = seed
    }
}
