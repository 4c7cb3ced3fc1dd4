import EventLoop
import FalClient
import Generation
import JSON
import Testing

@LoopActor
struct SpendingTests {
    private let endpoint: EndpointID
    private let request: QueueRequest

    init() throws {
        endpoint = try EndpointID("a/b")
        request = QueueRequest(endpoint: endpoint, requestID: "r", statusURL: "", responseURL: "", cancelURL: "")
    }

    private func dollars(_ text: String) -> Dollars { Dollars(parsing: text) ?? .zero }

    private func spending(_ limit: String?, assumed: String? = nil, price: String? = "0.10") -> Spending {
        let prices = price.map { ["a/b": Price(unit: .images, perUnit: dollars($0), source: "s", date: nil)] } ?? [:]
        return Spending(
            budget: Budget(perRun: limit.map(dollars), assumedPrice: assumed.map(dollars)), prices: PriceTable(prices))
    }

    private func reserve(_ id: String, _ spending: Spending, _ arguments: JSONObject = [:]) -> GenerationError? {
        do throws(GenerationError) {
            _ = try spending.reserve(id, endpoint, arguments)
            return nil
        } catch {
            return error
        }
    }

    private func completed(_ units: Double?) -> Job.State {
        .completed(request, JobOutput(output: .null, billableUnits: units))
    }

    @Test func `A budget is used up to its last cent and not beyond`() {
        let spending = spending("0.30")
        for id in ["1", "2", "3"] { #expect(reserve(id, spending) == nil) }
        #expect(reserve("4", spending)?.code == .budgetExceeded)
        for id in ["1", "2", "3"] { spending.settle(id, completed(1)) }
        #expect(reserve("4", spending)?.code == .budgetExceeded)
        #expect(spending.summary.description == "spent $0.30 of $0.30 in 3 jobs")
    }

    @Test func `A job that cost less than estimated leaves room`() {
        let spending = spending("0.30")
        #expect(reserve("1", spending, ["num_images": 3]) == nil)
        #expect(reserve("2", spending) != nil)
        #expect(spending.settle("1", completed(1)) == dollars("0.10"))
        #expect(reserve("2", spending, ["num_images": 2]) == nil)
    }

    @Test func `What fal did not do costs nothing, what it may have done stays counted`() {
        let spending = spending("0.20")
        #expect(reserve("1", spending) == nil)
        spending.settle("1", .failed(nil, JobFailure(code: "network", message: "")))
        #expect(reserve("2", spending) == nil)
        spending.settle("2", .unknown(JobFailure(code: "submit_unknown", message: "")))
        #expect(reserve("3", spending) == nil)
        spending.settle("3", completed(nil))
        #expect(reserve("4", spending)?.code == .budgetExceeded)
        #expect(
            spending.summary.description
                == "spent $0.00 of $0.20 in 2 jobs, 2 prices unknown, which may cost another $0.20")
    }

    @Test func `A reservation that was released is there again`() {
        let spending = spending("0.10")
        #expect(reserve("1", spending) == nil)
        spending.release("1")
        #expect(reserve("2", spending) == nil)
        #expect(spending.summary.jobs == 1)
    }

    @Test func `An unknown price under a limit is refused, or counted as the operator says`() {
        let error = reserve("1", spending("9", price: nil))
        #expect(error?.code == .budgetExceeded)
        #expect(error?.message(in: .english).contains("--assume-price") == true)
        let assumed = spending("0.30", assumed: "0.10", price: nil)
        #expect(reserve("1", assumed, ["num_images": 4]) != nil)
        #expect(reserve("2", assumed, ["num_images": 3]) == nil)
        #expect(assumed.settle("2", completed(3)) == nil, "what it cost is still not known")
        #expect(reserve("3", assumed) != nil)
    }

    @Test func `Without a limit everything is allowed and counted`() {
        let spending = spending(nil, price: nil)
        #expect(reserve("1", spending) == nil)
        spending.settle("1", completed(1))
        #expect(spending.summary.description == "spent $0.00 in 1 job, 1 price unknown")
    }

    @Test func `A state that is no end settles nothing`() {
        let spending = spending("0.10")
        #expect(reserve("1", spending) == nil)
        spending.settle("1", .submitted(request))
        #expect(reserve("2", spending) != nil)
        #expect(spending.summary.open == 1)
    }
}
