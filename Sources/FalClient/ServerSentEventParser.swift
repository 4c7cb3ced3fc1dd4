/// One event of a `text/event-stream` (WHATWG HTML §9.2).
package struct ServerSentEvent: Sendable, Equatable {
    /// The `event` field; `message` when there is none.
    package let name: String
    /// The `data` lines joined by line feeds, as UTF-8.
    package let data: [UInt8]
}

/// Cuts a body that comes in chunks, wherever they end, into events.
package struct ServerSentEventParser: Sendable {
    private let maximumEventSize: Int
    private var line: [UInt8] = []
    private var name = ""
    private var data: [UInt8] = []
    private var hasData = false
    private var events: [ServerSentEvent] = []
    private var isAtStart = true
    /// The last byte was a carriage return: a line feed after it belongs to the same line end.
    private var wasCarriageReturn = false

    /// `maximumEventSize` is in bytes.
    package init(maximumEventSize: Int = 8 << 20) {
        self.maximumEventSize = maximumEventSize
    }

    /// True when the bytes so far end in the middle of an event: a body that ends here was cut.
    package var isInsideEvent: Bool { hasData || !line.isEmpty }

    /// Takes the next bytes and returns the events that they complete; an event that the body's end cuts is never
    /// given.
    package mutating func append(_ chunk: [UInt8]) throws(FalError) -> [ServerSentEvent] {
        var rest = chunk[...]
        while !rest.isEmpty {
            if wasCarriageReturn, rest.first == 0x0A { rest.removeFirst() }
            wasCarriageReturn = false
            guard let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
                try extendLine(rest)
                break
            }
            try extendLine(rest[..<end])
            endLine()
            wasCarriageReturn = rest[end] == 0x0D
            rest = rest[(end + 1)...]
        }
        defer { events.removeAll() }
        return events
    }

    private mutating func extendLine(_ bytes: ArraySlice<UInt8>) throws(FalError) {
        line.append(contentsOf: bytes)
        guard line.count + data.count <= maximumEventSize else {
            throw FalError(.malformedResponse, "fal sent an event larger than \(maximumEventSize) bytes")
        }
    }

    private mutating func endLine() {
        if isAtStart, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isAtStart = false
        if line.isEmpty { endEvent() } else { field() }
        line.removeAll(keepingCapacity: true)
    }

    private mutating func field() {
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == 0x20 { value.removeFirst() }
        if line[..<colon].elementsEqual("data".utf8) {
            if hasData { data.append(0x0A) }
            hasData = true
            data.append(contentsOf: value)
        } else if line[..<colon].elementsEqual("event".utf8) {
            name = String(decoding: value, as: UTF8.self)
        }
    }

    private mutating func endEvent() {
        if hasData { events.append(ServerSentEvent(name: name.isEmpty ? "message" : name, data: data)) }
        name = ""
        data.removeAll()
        hasData = false
    }
}
