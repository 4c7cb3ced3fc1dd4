/// The members of a JSON object, in the order they were written.
///
/// Look-up is linear: fal's objects have a dozen members. Of a name that was written twice the last value counts.
package struct JSONObject: Sendable {
    package typealias Member = (name: String, value: JSONValue)

    package private(set) var members: [Member] = []

    package init() {}

    package init(_ members: [Member]) {
        self.members = members
    }

    package var isEmpty: Bool { members.isEmpty }
    package var count: Int { members.count }
    package var names: [String] { members.map(\.name) }

    /// Reads a member; writing replaces it in its place, appends a new one, or with nil removes it.
    package subscript(name: String) -> JSONValue? {
        get { members.last { $0.name == name }?.value }
        set {
            guard let newValue else { return members.removeAll { $0.name == name } }
            if let index = members.lastIndex(where: { $0.name == name }) {
                members[index].value = newValue
            } else {
                members.append((name, newValue))
            }
        }
    }

    /// Makes room for so many members at once.
    package mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

    /// Adds a member at the end without looking whether the name is there already.
    package mutating func append(_ name: String, _ value: JSONValue) {
        members.append((name, value))
    }

    /// Sets each member of `other` on top of this object's.
    package mutating func merge(_ other: JSONObject) {
        for (name, value) in other { self[name] = value }
    }
}

extension JSONObject: Equatable {
    /// Equal when the same names have equal values, in any order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements)
    }
}
