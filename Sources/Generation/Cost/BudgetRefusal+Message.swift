internal import JSON

extension BudgetRefusal {
    var english: String {
        switch reason {
        case .tooMuch(let needed, let spent, let reserved):
            "the budget of \(limit) for this \(period.rawValue) does not allow another \(needed): \(spent) is spent"
                + (reserved > .zero ? " and \(reserved) reserved for jobs that are not settled" : "")
        case .unknownCost(let why):
            "the budget of \(limit) cannot be kept: \(why.text(endpoint: endpoint)); add a price to "
                + ".falhost/prices.json, or count each picture as so many dollars with --assume-price"
        case .notRecorded:
            "the budget of \(limit) for this \(period.rawValue) cannot be kept: fal.run and fal.stream leave nothing in the ledger; "
                + "use fal.subscribe"
        }
    }

    var russian: String {
        let time = period == .run ? "на запуск" : "на день"
        return switch reason {
        case .tooMuch(let needed, let spent, let reserved):
            "Бюджет \(limit) \(time) не позволяет потратить ещё \(needed): потрачено \(spent)"
                + (reserved > .zero ? ", отложено на незавершённые задания \(reserved)" : "")
        case .unknownCost(.noPrice):
            "Бюджет \(limit) нельзя соблюсти: цена \(endpoint) неизвестна; \(Self.russianAdvice)"
        case .unknownCost(.uncounted):
            "Бюджет \(limit) нельзя соблюсти: стоимость \(endpoint) видна только после генерации; \(Self.russianAdvice)"
        case .notRecorded:
            "Бюджет \(limit) \(time) нельзя соблюсти: fal.run и fal.stream не попадают в журнал; используйте fal.subscribe"
        }
    }

    private static let russianAdvice =
        "добавьте цену в .falhost/prices.json или укажите цену картинки в долларах: --assume-price"

    /// Amounts in dollars; `needed` is left out where it is not known.
    var json: JSONObject {
        var json: JSONObject = ["period": .string(period.rawValue), "limit": .number(limit.number)]
        if case .tooMuch(let needed, let spent, let reserved) = reason {
            json.append("needed", .number(needed.number))
            json.append("spent", .number(spent.number))
            json.append("reserved", .number(reserved.number))
        }
        return json
    }
}
