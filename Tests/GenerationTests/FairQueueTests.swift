import Testing

@testable import Generation

struct FairQueueTests {
    private func order(_ queue: FairQueue) -> [Int] {
        var queue = queue
        var order: [Int] = []
        while let number = queue.popFirst() { order.append(number) }
        return order
    }

    private func queue(_ lines: [(Int, String)]) -> FairQueue {
        var queue = FairQueue()
        for (number, line) in lines { queue.insert(number, into: line) }
        return queue
    }

    @Test func `One line is first come, first served`() {
        #expect(order(queue((1...300).map { ($0, "") })) == Array(1...300))
    }

    @Test func `Lines take turns, however long one of them is`() {
        let queue = queue([(1, "a"), (2, "a"), (3, "a"), (4, "a"), (5, "b"), (6, "b"), (7, "c")])
        #expect(order(queue) == [1, 5, 7, 2, 6, 3, 4])
    }

    @Test func `A new line waits for the end of the round`() {
        var queue = queue([(1, "a"), (2, "a"), (3, "b"), (4, "b")])
        #expect(queue.popFirst() == 1)
        queue.insert(5, into: "c")
        #expect(order(queue) == [3, 2, 5, 4])
    }

    @Test func `Who comes back has its old place in its line`() {
        var queue = queue([(1, "a"), (2, "a"), (3, "a")])
        #expect(queue.popFirst() == 1)
        #expect(queue.popFirst() == 2)
        queue.insert(2, into: "a")
        queue.insert(1, into: "a")
        #expect(order(queue) == [1, 2, 3])
    }

    @Test func `Who leaves holds up nobody`() {
        var queue = queue([(1, "a"), (2, "b"), (3, "c"), (4, "a")])
        #expect(queue.popFirst() == 1)
        queue.remove(2, from: "b")
        queue.remove(2, from: "b")
        queue.remove(9, from: "a")
        #expect(queue.count == 2)
        #expect(order(queue) == [3, 4])
        #expect(order(FairQueue()).isEmpty)
    }
}
