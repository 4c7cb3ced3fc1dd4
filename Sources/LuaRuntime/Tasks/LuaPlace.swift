/// Where a task stands in its script's tree of tasks, and how far it has counted.
///
/// Tasks are counted by the one that spawned them and calls by the task that makes them, so a place is the same in each
/// run of a script that does the same, whatever the timing. Numbers of 64 bits stand for the paths: they may be kept,
/// so what they are made of must never change.
struct LuaPlace {
    private let number: UInt64
    private var childCount: UInt64 = 0
    private var callCount: UInt64 = 0

    /// A script's own.
    static let root = LuaPlace(number: 0)

    private init(number: UInt64) {
        self.number = number
    }

    mutating func nextChild() -> LuaPlace {
        childCount += 1
        return LuaPlace(number: Self.mix(number, childCount << 1))
    }

    mutating func nextCall() -> UInt64 {
        callCount += 1
        return Self.mix(number, callCount << 1 | 1)
    }

    /// One step of SplitMix64 from the path so far: paths that differ end in numbers that differ, but for a chance of
    /// one in 2^64.
    private static func mix(_ path: UInt64, _ step: UInt64) -> UInt64 {
        var value = (path ^ (step &* 0xD6E8_FEB8_6659_FD93)) &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

extension LuaCall {
    /// The place of this call in its script: the same number in each run in which the same tasks make the same calls.
    ///
    /// Each use counts as a call of the running task. Zero where no task runs.
    package func nextPlace() -> UInt64 { state.scheduler.current?.place.nextCall() ?? 0 }

    /// Places of so many parts of this call, which counts as one child of the running task.
    package func nextPlaces(_ count: Int) -> [UInt64] {
        var place = state.scheduler.current?.place.nextChild() ?? .root
        return (0..<count).map { _ in place.nextCall() }
    }
}
