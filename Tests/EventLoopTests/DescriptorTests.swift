import EventLoop
import Testing

#if canImport(Glibc)
    import Glibc
    private let streamSocket = Int32(SOCK_STREAM.rawValue)
#elseif canImport(Darwin)
    import Darwin
    private let streamSocket = SOCK_STREAM
#endif

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct DescriptorTests {
    let loop = LoopExecutor.shared

    nonisolated init() {}

    private func pair() -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        precondition(socketpair(AF_UNIX, streamSocket, 0, &ends) == 0, "no socket pair: errno \(errno)")
        return (ends[0], ends[1])
    }

    private func write(_ descriptor: Int32) {
        var byte: UInt8 = 1
        precondition(send(descriptor, &byte, 1, 0) == 1, "send: errno \(errno)")
    }

    private func turn() async {
        await withCheckedContinuation { continuation in
            _ = loop.schedule(after: .milliseconds(2)) { continuation.resume() }
        }
    }

    @Test func `readiness is reported for what is asked, and not while the watch is paused`() async {
        let (near, far) = pair()
        var seen: [Readiness] = []
        loop.watch(near, for: .read) { seen.append($0) }
        await turn()
        #expect(seen.isEmpty)
        write(far)
        await turn()
        #expect(!seen.isEmpty && seen.allSatisfy { $0 == .read })
        loop.update(near, interest: [])
        seen = []
        await turn()
        #expect(seen.isEmpty)
        loop.update(near, interest: .write)
        await turn()
        #expect(!seen.isEmpty && seen.allSatisfy { $0 == .write })
        loop.unwatch(near)
        seen = []
        await turn()
        #expect(seen.isEmpty)
        close(near)
        close(far)
    }

    @Test func `the other end's closing reaches a watcher of either kind`() async {
        for interest in [Readiness.read, .write] {
            let (near, far) = pair()
            close(far)
            let seen = await withCheckedContinuation { continuation in
                var isFirst = true
                loop.watch(near, for: interest) {
                    if isFirst { continuation.resume(returning: $0) }
                    isFirst = false
                    loop.update(near, interest: [])
                }
            }
            #expect(seen.contains(interest))
            loop.unwatch(near)
            close(near)
        }
    }

    @Test func `an event for a closed descriptor does not reach the watch that has its number now`() async {
        let peers = (Self.put(at: 901), Self.put(at: 902))
        var newPeer: Int32 = -1
        var (replaced, wrong) = ([Int32](), [Int32]())
        // Both are ready in one wait; whichever comes first puts a fresh socket in the other's place.
        let replace: @LoopActor (Int32, Int32) -> Void = { own, other in
            loop.unwatch(own)
            loop.forget(other)
            newPeer = Self.put(at: other)
            replaced.append(other)
            loop.watch(other, for: .read) { _ in wrong.append(other) }
        }
        loop.watch(901, for: .read) { _ in replace(901, 902) }
        loop.watch(902, for: .read) { _ in replace(902, 901) }
        write(peers.0)
        write(peers.1)
        await turn()
        #expect(replaced.count == 1)
        #expect(wrong.isEmpty)
        for number in replaced { loop.unwatch(number) }
        for descriptor in [901, 902, peers.0, peers.1, newPeer] { close(descriptor) }
    }

    @Test func `a number that is closed and opened again is watched anew`() async {
        let old = Self.put(at: 903)
        loop.watch(903, for: .read) { _ in }
        await turn()
        loop.forget(903)
        let new = Self.put(at: 903)
        write(new)
        await withCheckedContinuation { continuation in
            loop.watch(903, for: .read) { _ in
                loop.unwatch(903)
                continuation.resume()
            }
        }
        for descriptor in [903, old, new] { close(descriptor) }
    }

    @Test func `a descriptor that cannot be watched is reported in error`() async {
        let seen = await withCheckedContinuation { continuation in
            loop.watch(904, for: .read) {
                loop.forget(904)
                continuation.resume(returning: $0)
            }
        }
        #expect(seen.contains(.error))
    }

    /// Makes `number`, which nobody else in the process gets, one end of a new pair (closing what it was); the other end.
    private static func put(at number: Int32) -> Int32 {
        var ends: [Int32] = [-1, -1]
        precondition(socketpair(AF_UNIX, streamSocket, 0, &ends) == 0, "no socket pair: errno \(errno)")
        precondition(dup2(ends[0], number) == number, "dup2: errno \(errno)")
        close(ends[0])
        return ends[1]
    }
}
