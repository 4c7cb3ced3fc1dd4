/// Numbers that wait in lines: the lines take turns, and in a line the lowest number is first.
///
/// Numbers are given in the order of arrival, so whoever comes back into its line has its old place again.
struct FairQueue: Sendable {
    /// Whoever waits in a line, ascending; what is before `first` has gone.
    private struct Line {
        var numbers: [Int] = []
        var first = 0

        var isEmpty: Bool { first == numbers.count }

        /// The place of `number`, or where it belongs.
        func place(of number: Int) -> Int {
            var (low, high) = (first, numbers.count)
            while low < high {
                let middle = (low + high) / 2
                if numbers[middle] < number { low = middle + 1 } else { high = middle }
            }
            return low
        }

        mutating func removeFirst() -> Int {
            defer {
                first += 1
                if first > 64, first * 2 > numbers.count {
                    numbers.removeFirst(first)
                    first = 0
                }
            }
            return numbers[first]
        }
    }

    private var lines: [String: Line] = [:]
    /// The keys of lines in which somebody waits; `turn` is whose turn it is.
    private var ring: [String] = []
    private var turn = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// A new line waits for the end of the round.
    mutating func insert(_ number: Int, into key: String) {
        if lines[key] == nil {
            ring.insert(key, at: turn)
            turn = ring.count == 1 ? 0 : turn + 1
        }
        var line = lines.removeValue(forKey: key) ?? Line()
        line.numbers.insert(number, at: line.place(of: number))
        lines[key] = line
        count += 1
    }

    /// The first of the line whose turn it is; nil when nobody waits.
    mutating func popFirst() -> Int? {
        guard ring.indices.contains(turn), var line = lines.removeValue(forKey: ring[turn]) else { return nil }
        let number = line.removeFirst()
        count -= 1
        if line.isEmpty {
            ring.remove(at: turn)
        } else {
            lines[ring[turn]] = line
            turn += 1
        }
        if turn >= ring.count { turn = 0 }
        return number
    }

    mutating func remove(_ number: Int, from key: String) {
        guard var line = lines.removeValue(forKey: key) else { return }
        let place = line.place(of: number)
        if place < line.numbers.count, line.numbers[place] == number {
            line.numbers.remove(at: place)
            count -= 1
        }
        guard line.isEmpty else { return lines[key] = line }
        guard let index = ring.firstIndex(of: key) else { return }
        ring.remove(at: index)
        if index < turn { turn -= 1 }
        if turn >= ring.count { turn = 0 }
    }
}
