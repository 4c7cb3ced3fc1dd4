import Generation
import JSON

/// One picture for each combination of avatars, presets and a config key's values.
package struct ComparisonPlan: Sendable {
    package struct Axis: Sendable, Equatable {
        /// `avatar`, `preset` or a config key.
        package let name: String
        package let values: [String]
    }

    package let columns: Axis
    /// Nil when only one thing varies.
    package let rows: Axis?
    /// Row by row.
    package let jobs: [BatchJob]

    /// Why there is no such grid: one sentence.
    package struct Fault: Error, Sendable, Equatable {
        package let message: String
    }

    package static let mostCells = 400

    /// - Parameters:
    ///   - presets: none is the usual one.
    ///   - seed: of every cell, unless a sweep is of seeds.
    package init(avatars: [String], presets: [String], sweeps: [Sweep], prompt: String, seed: Int64) throws(Fault) {
        var axes = [Axis(name: "avatar", values: avatars), Axis(name: "preset", values: presets)]
        axes += sweeps.map { Axis(name: $0.key, values: $0.values) }
        for axis in axes {
            if axes.filter({ $0.name == axis.name }).count > 1 {
                throw Fault(
                    message:
                        "\(axis.name) varies twice: \(axis.name == "preset" ? "use --preset alone" : "name it once")")
            }
            for value in axis.values where axis.values.filter({ $0 == value }).count > 1 {
                throw Fault(message: "\(axis.name) '\(value)' is named twice")
            }
        }
        let varying = axes.filter { $0.values.count > 1 }
        guard let last = varying.last else {
            throw Fault(
                message: "there is nothing to compare: name two avatars or presets, or a --sweep of a config key")
        }
        guard varying.count <= 2 else {
            let names = varying.map(\.name).joined(separator: ", ")
            throw Fault(message: "a page has two axes, and \(varying.count) things vary: \(names)")
        }
        columns = last
        rows = varying.count == 2 ? varying[0] : nil
        let cells = columns.values.count * (rows?.values.count ?? 1)
        guard cells <= Self.mostCells else { throw Fault(message: "\(cells) cells are more than \(Self.mostCells)") }
        jobs = Self.jobs(axes, rows, columns, prompt, seed)
    }

    private static func jobs(_ axes: [Axis], _ rows: Axis?, _ columns: Axis, _ prompt: String, _ seed: Int64)
        -> [BatchJob]
    {
        var jobs: [BatchJob] = []
        for row in rows?.values ?? [""] {
            for column in columns.values {
                // What does not vary has one value, or none.
                func value(_ axis: Axis) -> String? {
                    axis == rows ? row : axis == columns ? column : axis.values.first
                }
                var overrides: JSONObject = ["seed": .integer(seed)]
                for axis in axes.dropFirst(2) {
                    if let value = value(axis) { overrides[axis.name] = JSONValue(configText: value) }
                }
                jobs.append(
                    BatchJob(
                        number: jobs.count + 1, line: 1, avatar: value(axes[0]) ?? "", preset: value(axes[1]),
                        prompt: prompt, overrides: overrides))
            }
        }
        return jobs
    }

    /// What makes a cell different from the others: `anna, fast`.
    package func name(of job: BatchJob) -> String {
        let (row, column) = (job.number - 1).quotientAndRemainder(dividingBy: columns.values.count)
        let parts = [rows.map { "\($0.name) \($0.values[row])" }, "\(columns.name) \(columns.values[column])"]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
