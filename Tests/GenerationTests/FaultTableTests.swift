import EventLoop
import Foundation
import Simulator
import Testing

/// Every fault that the simulator knows at every stage of a job, and the page that says what comes of it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct FaultTableTests {
    /// `make faults` writes it; the test fails when it is not what happens.
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Expected/faults.md")

    @Test func `each fault at each stage comes to the end that the page says`() async throws {
        let sections = [
            ("Once", try await outcomes(lasting: false)),
            ("For as long as the call lasts", try await outcomes(lasting: true)),
        ]
        for (_, outcomes) in sections {
            for (cell, outcome) in outcomes {
                #expect(outcome.wrong == nil, "\(cell.name): \(outcome.wrong ?? ""); \(outcome)")
            }
        }
        let text = Self.opening + sections.map { "\n## \($0.0)\n\n" + Self.table($0.1) }.joined()
        if ProcessInfo.processInfo.environment["FALHOST_WRITE_FAULTS"] != nil {
            try text.write(to: Self.page, atomically: true, encoding: .utf8)
        }
        let expected = try String(contentsOf: Self.page, encoding: .utf8)
        for (line, written) in zip(text.split(separator: "\n"), expected.split(separator: "\n")) {
            #expect(line == written)
        }
        #expect(text == expected, "make faults writes Expected/faults.md anew")
    }

    /// A few side by side: they mostly wait.
    private func outcomes(lasting: Bool) async throws -> [(FaultCell, FaultCell.Outcome)] {
        let cells = FaultCell.all(lasting: lasting)
        return try await withThrowingTaskGroup(of: (Int, FaultCell.Outcome).self) { group in
            var next = cells.indices.makeIterator()
            func start() {
                guard let index = next.next() else { return }
                group.addTask { (index, try await cells[index].run()) }
            }
            for _ in 0..<8 { start() }
            var outcomes: [Int: FaultCell.Outcome] = [:]
            while let (index, outcome) = try await group.next() {
                outcomes[index] = outcome
                start()
            }
            return cells.enumerated().compactMap { index, cell in outcomes[index].map { (cell, $0) } }
        }
    }

    private static func table(_ outcomes: [(FaultCell, FaultCell.Outcome)]) -> String {
        let stages = FaultCell.stages.filter { stage in outcomes.contains { $0.0.stage == stage } }
        var lines = ["| fault | " + stages.map(\.rawValue).joined(separator: " | ") + " |"]
        lines.append("|" + String(repeating: " --- |", count: stages.count + 1))
        for kind in Fault.Kind.allCases {
            let row = outcomes.filter { $0.0.kind == kind }
            if row.isEmpty { continue }
            let words = stages.map { stage in row.first { $0.0.stage == stage }?.1.words ?? "" }
            lines.append("| `\(kind.rawValue)` | " + words.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let opening = """
        # What comes of each fault at each stage

        Made by `make faults` and checked by `FaultTableTests`: a real client, a real ledger and the simulator, one job from
        the upload of its input to the download of its picture. A cell says what the caller gets (a picture, or the code of
        an error), the state of the job in the ledger then, and after the arrow what `falhost resume` makes of it when fal is
        well again. "(no job)": fal never had one. In each cell the simulator counted one submit at most, each job came to
        an end or stays `unknown` and is reported, and each picture that was made is there. `status` is asked for where
        there is no stream. What a fault is: `falhost simulate --help`.

        """
}
