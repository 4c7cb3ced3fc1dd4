import BotAPI
import Foundation

/// `BotAPIServer [--port N] [--token T] [--keep FOLDER]`: a Bot API on loopback until it is stopped.
///
/// Prints its URL. What a bot sends is kept in the folder, one JSON file a call and beside it what was uploaded; orders
/// are taken under `/admin/` (see `BotAPI.administer`).
@main
struct BotAPIServerCommand {
    static func main() async throws {
        var (port, token, folder) = (0, "123456:test-token", URL?.none)
        var words = CommandLine.arguments.dropFirst()
        while let word = words.popFirst() {
            switch (word, words.popFirst()) {
            case ("--port", let value?): port = Int(value) ?? 0
            case ("--token", let value?): token = value
            case ("--keep", let value?): folder = URL(fileURLWithPath: value, isDirectory: true)
            default:
                FileHandle.standardError.write(
                    Data("BotAPIServer: \(word)? It takes --port N, --token T and --keep FOLDER\n".utf8))
                exit(64)
            }
        }
        if let folder { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        let server = try await BotAPIServer.start(token: token, port: port, folder: folder)
        print(server.url)
        fflush(nil)
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}
