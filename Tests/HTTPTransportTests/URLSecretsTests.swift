import HTTPTransport
import Testing

struct URLSecretsTests {
    @Test(
        arguments: [
            ("https://anna:secret@host.example/a", "https://********@host.example/a"),
            ("see https://a@b:c@host/x, please", "see https://********@host/x, please"),
            ("https://host/a@b", "https://host/a@b"),
            ("mail anna@host.example", "mail anna@host.example"),
            ("https://api.telegram.org/bot123:AbC-d_9/getMe", "https://api.telegram.org/bot123:********/getMe"),
            (
                "https://api.telegram.org/file/bot123%3AAbC/x.jpg",
                "https://api.telegram.org/file/bot123%3A********/x.jpg"
            ),
            ("http://127.0.0.1:8081/bot123:A/getMe?offset=5", "http://127.0.0.1:8081/bot123:********/getMe?offset=5"),
            ("token 123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw!", "token 123456789:********!"),
            ("at 12:30:45, robot12:30, /robot12:30, a123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", nil),
            ("https://h/x?token=abc&a=1", "https://h/x?token=********&a=1"),
            ("https://h/x?a=1&Api_Key=a%20b#top", "https://h/x?a=1&Api_Key=********#top"),
            (
                "https://h/x?X-Amz-Signature=ab;client_secret=cd",
                "https://h/x?X-Amz-Signature=********;client_secret=********"
            ),
            ("{\"u\":\"https://h/x?a=1\\u0026sig=abc\"}", "{\"u\":\"https://h/x?a=1\\u0026sig=********\"}"),
            ("password=abc&user=anna", "password=********&user=anna"),
            ("https://h/x?tokens=3&key=&keyboard=x", nil),
            ("https://h/портрет?ключ=1&token=ток", "https://h/портрет?ключ=1&token=********"),
            ("", nil), ("://", nil), ("https://", nil), ("/bot", nil), ("/bot1:", nil), ("?token=&a=1", nil),
        ] as [(String, String?)])
    func `secrets in URLs become stars, all else stays`(text: String, masked: String?) {
        let result = URLSecrets.masked(text)
        #expect(result == masked ?? text)
        #expect(URLSecrets.masked(result) == result)
        #expect(URLSecrets.masked("GET \(result): 127.0.0.1:1: refused") == "GET \(result): 127.0.0.1:1: refused")
    }
}
