/// One misbehaviour to show, and when: written as `stage:kind[:parameter=value]…`, e.g. `submit:429:retry-after=2`.
package struct Fault: Sendable, Equatable {
    /// Where a fault strikes. `job` is decided at the submit and holds for that job, however its state is asked for.
    package enum Stage: String, Sendable, CaseIterable {
        case submit, job, status, stream, result, cancel, run, events, download, upload, listing, webhook
    }

    package let stage: Stage
    package let kind: Kind
    /// How many requests it strikes; `Int.max` for all.
    package var times = 1
    /// How many fitting requests it lets pass before.
    package var after = 0
    /// Strikes this endpoint id only.
    package var endpoint: String?
    /// Seconds of the `Retry-After` header.
    package var retryAfter: String?
    /// Where a redirect or a foreign URL leads.
    package var url: String?
    /// fal's `error_type` or a model error's `type`.
    package var type: String?
    /// Milliseconds: of the delay, or between two bytes.
    package var milliseconds = 20
    /// The size of a huge body.
    package var bytes = 64 << 20

    package init(_ stage: Stage, _ kind: Kind) {
        self.stage = stage
        self.kind = kind
    }

    /// One line a fault, for `--help`: `kind`, the stages that know it, and what happens.
    package static var all: [(kind: String, stages: [Stage], parameters: [String], summary: String)] {
        Kind.allCases.map { kind in
            (kind.rawValue, Stage.allCases.filter(kind.stages.contains), kind.parameters, kind.summary)
        }
    }
}
