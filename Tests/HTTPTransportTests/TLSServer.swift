import Foundation
import TestSupport

/// An nginx of the test's own: HTTP/2 over TLS on one port, HTTP/1.1 over TLS on another, a certificate for 127.0.0.1.
///
/// It answers with what it saw of the request; under `/whole` only after it has read the whole body.
final class TLSServer: Sendable {
    let url: String
    let plainURL: String
    let caFile: String
    private let folder: TemporaryFolder
    private let nginx: ChildProcess

    private static let program = ["/usr/sbin/nginx", "/usr/local/bin/nginx", "/opt/homebrew/bin/nginx"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
    private static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
    static var isAvailable: Bool { program != nil && openssl != nil }

    init() async throws {
        folder = try TemporaryFolder()
        try Self.makeCertificate(in: folder)
        let ports = (RawServer.freePort(), RawServer.freePort(), RawServer.freePort())
        caFile = folder.path("cert.pem")
        url = "https://127.0.0.1:\(ports.0)"
        plainURL = "https://127.0.0.1:\(ports.1)"
        try Self.configuration(ports).write(toFile: folder.path("nginx.conf"), atomically: true, encoding: .utf8)
        nginx = try ChildProcess(
            Self.program ?? "", ["-p", folder.url.path, "-c", "nginx.conf", "-e", folder.path("error.log")],
            environment: [:], folder: folder.url.path, output: "/dev/null", errors: "/dev/null")
        for port in [ports.0, ports.1] { try Self.waitForListener(port) }
    }

    private static func makeCertificate(in folder: TemporaryFolder) throws {
        try ChildProcess.run(
            openssl ?? "",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder.path("key.pem"),
                "-out", folder.path("cert.pem"),
            ])
    }

    /// The port answers or refuses at once on loopback, so this asks again until it answers (at most ten seconds).
    private static func waitForListener(_ port: Int) throws {
        let limit = Date(timeIntervalSinceNow: 10)
        while !RawServer.isListening(port) {
            if Date() > limit { throw POSIXError(.ETIMEDOUT) }
            // nginx tells nobody when it listens.
            Thread.sleep(forTimeInterval: 0.01)
        }
    }

    private static func configuration(_ ports: (Int, Int, Int)) -> String {
        """
        daemon off; master_process off; pid nginx.pid; worker_processes 1;
        events { worker_connections 512; }
        http {
            access_log off; client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi; scgi_temp_path scgi;
            client_max_body_size 4m;
            ssl_certificate cert.pem; ssl_certificate_key key.pem;
            server {
                listen 127.0.0.1:\(ports.0) ssl http2;
                location / { return 200 "$server_protocol $connection $request_method $content_length"; }
                location /plain { return 302 http://127.0.0.1:\(ports.2)/; }
                location /whole { proxy_pass http://127.0.0.1:\(ports.2); }
            }
            server { listen 127.0.0.1:\(ports.1) ssl; location / { return 200 "$server_protocol $connection"; } }
            server { listen 127.0.0.1:\(ports.2); location / { return 200 "$request_method $content_length"; } }
        }
        """
    }
}
