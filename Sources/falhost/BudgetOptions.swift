import ArgumentParser
import Generation

/// What a run may spend, for the commands that send jobs.
struct BudgetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Refuse jobs that would bring this run above so many dollars (FALHOST_BUDGET).", valueName: "dollars"))
    var budget: Dollars?

    @Option(
        help: ArgumentHelp(
            "Refuse jobs that would bring today's runs above so many dollars (FALHOST_BUDGET_PER_DAY).",
            valueName: "dollars"))
    var budgetPerDay: Dollars?

    @Option(
        help: ArgumentHelp(
            "What a budget counts for each picture whose price is not known (FALHOST_ASSUME_PRICE).",
            valueName: "dollars"))
    var assumePrice: Dollars?
}

extension Dollars: ExpressibleByArgument {
    package init?(argument: String) { self.init(parsing: argument) }
}

extension Budget {
    /// Each limit from its flag, where the command has them, else from its variable.
    init(_ options: BudgetOptions?) throws {
        self.init(
            perRun: try options?.budget ?? Self.amount("FALHOST_BUDGET"),
            perDay: try options?.budgetPerDay ?? Self.amount("FALHOST_BUDGET_PER_DAY"),
            assumedPrice: try options?.assumePrice ?? Self.amount("FALHOST_ASSUME_PRICE"))
    }

    private static func amount(_ name: String) throws -> Dollars? {
        guard let text = Environment.value(name) else { return nil }
        guard let amount = Dollars(parsing: text) else {
            throw CommandError(.configuration, "\(name): '\(text)' is not an amount of dollars, such as 5.00")
        }
        return amount
    }
}
