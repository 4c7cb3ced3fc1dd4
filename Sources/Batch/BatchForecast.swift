package import Generation
package import JSON

/// What a batch would cost and how long it would take, before anything of it is sent.
package struct BatchForecast: Sendable {
    /// The jobs of one avatar with one preset at one endpoint.
    package struct Row: Sendable, Equatable {
        package let avatar: String
        package let preset: String
        package let endpoint: String
        package fileprivate(set) var jobs = 0
        package fileprivate(set) var pictures = 0
        /// Of the jobs whose cost can be told.
        package fileprivate(set) var cost = Dollars.zero
        /// How many jobs' cost cannot be told.
        package fileprivate(set) var unknownCosts = 0
    }

    /// In the order in which they first come.
    package private(set) var rows: [Row] = []
    private var indexes: [[String]: Int] = [:]

    package init() {}

    package mutating func add(_ explanation: Explanation) {
        let avatar = explanation.plan.subject.avatar.id
        let preset = explanation.plan.config.preset.name
        let endpoint = explanation.plan.endpoint
        let index = indexes[[avatar, preset, endpoint]] ?? rows.count
        if index == rows.count {
            rows.append(Row(avatar: avatar, preset: preset, endpoint: endpoint))
            indexes[[avatar, preset, endpoint]] = index
        }
        rows[index].jobs += 1
        rows[index].pictures += explanation.pictures
        if let amount = explanation.cost.amount { rows[index].cost += amount } else { rows[index].unknownCosts += 1 }
    }

    package var total: Row {
        rows.reduce(into: Row(avatar: "total", preset: "", endpoint: "")) { total, row in
            total.jobs += row.jobs
            total.pictures += row.pictures
            total.cost += row.cost
            total.unknownCosts += row.unknownCosts
        }
    }

    /// How long it takes when so many jobs run at a time and each as long as half of the earlier ones of its endpoint did;
    /// nil where there were none.
    package func duration(history: [JobRecord], concurrency: Int) -> Duration? {
        let earlier = Dictionary(Statistics.groups(history, by: .endpoint).map { ($0.name, $0.1) }) { first, _ in first
        }
        var sum = Duration.zero
        for row in rows {
            guard let median = earlier[row.endpoint]?.duration(quantile: 0.5) else { return nil }
            sum += median * row.jobs
        }
        return sum / min(concurrency, max(1, total.jobs))
    }

    package var json: JSONObject {
        func object(_ row: Row) -> JSONObject {
            [
                "jobs": .integer(Int64(row.jobs)), "pictures": .integer(Int64(row.pictures)),
                "estimate": .number(row.cost.number), "unknown_estimates": .integer(Int64(row.unknownCosts)),
            ]
        }
        var json = BatchEvent.object("batch.planned")
        json.merge(object(total))
        json.append(
            "rows",
            .array(
                rows.map { row in
                    var members: JSONObject = [
                        "avatar": .string(row.avatar), "preset": .string(row.preset), "endpoint": .string(row.endpoint),
                    ]
                    members.merge(object(row))
                    return .object(members)
                }))
        return json
    }
}
