import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A terminal without a screen: tests type on it, and see all that is written to it.
///
/// Its being Sendable is unchecked because the compiler cannot see that its variables are touched under `lock` alone.
package final class PseudoTerminal: @unchecked Sendable {
    /// What programs open.
    package let path: String
    private let descriptor: Int32
    private let lock = NSLock()
    private var written = Data()
    private var isHungUp = false

    package struct OpenError: Error {
        let errorNumber: Int32
    }

    package init(columns: Int = 80, rows: Int = 24) throws {
        (descriptor, path) = try Self.open()
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(descriptor, UInt(TIOCSWINSZ), &size) == 0 else { throw OpenError(errorNumber: errno) }
        let descriptor = descriptor
        Thread.detachNewThread { [weak self] in
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                guard let self else { break }
                lock.withLock {
                    written.append(contentsOf: buffer.prefix(max(count, 0)))
                    isHungUp = count <= 0
                }
                // Nobody has the terminal open, not yet or not any more; poll(2) would not wait for that to change either.
                if count <= 0 { usleep(5000) }
            }
            close(descriptor)
        }
    }

    private static func open() throws -> (Int32, path: String) {
        #if canImport(Darwin)
            let descriptor = posix_openpt(O_RDWR | O_NOCTTY)
            guard descriptor >= 0, grantpt(descriptor) == 0, unlockpt(descriptor) == 0, let name = ptsname(descriptor)
            else { throw OpenError(errorNumber: errno) }
            return (descriptor, String(cString: name))
        #else
            // What posix_openpt and its relatives do, which stdlib.h shows to XOPEN sources only.
            let descriptor = Glibc.open("/dev/ptmx", O_RDWR | O_NOCTTY)
            var locked: Int32 = 0
            var number: Int32 = 0
            guard descriptor >= 0, ioctl(descriptor, 0x4004_5431, &locked) == 0,  // TIOCSPTLCK
                ioctl(descriptor, 0x8004_5430, &number) == 0  // TIOCGPTN
            else { throw OpenError(errorNumber: errno) }
            return (descriptor, "/dev/pts/\(number)")
        #endif
    }

    /// Presses keys: control characters and escape sequences are what a terminal sends for them.
    package func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = write(descriptor, bytes, bytes.count)
    }

    /// Whether it gives programs whole lines.
    package var isCanonical: Bool {
        var settings = termios()
        return tcgetattr(descriptor, &settings) == 0 && settings.c_lflag & tcflag_t(ICANON) != 0
    }

    /// Waits, for seconds at most, until all has been read that programs wrote which are gone now.
    package func drain() async {
        let end = ContinuousClock.now + .seconds(10)
        while !lock.withLock({ isHungUp }), .now < end { try? await Task.sleep(for: .milliseconds(5)) }
    }

    /// All that has been written since the terminal was opened, control sequences included.
    package var output: String { lock.withLock { String(decoding: written, as: UTF8.self) } }
}
