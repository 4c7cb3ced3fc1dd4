import Testing

@testable import FalClient

@Suite(.timeLimit(.minutes(5)))
struct HTTPDateTests {
    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
        ("Tue, 31 Dec 2999 23:59:59 GMT", 32_503_679_999), ("Mon, 01 Jan 2001 00:00:00 GMT", 978_307_200),
    ]) func `a date is a number of seconds`(text: String, seconds: Int) {
        #expect(HTTPDate(text)?.seconds == seconds)
    }

    @Test(arguments: [
        "", "soon", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 8:49 GMT", "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999999999 08:49:37 GMT",
    ]) func `another form is none`(text: String) {
        #expect(HTTPDate(text) == nil)
    }
}
