import Generation
import Testing

struct DollarsTests {
    @Test(arguments: [
        ("5", "$5.00"), ("5.00", "$5.00"), ("$0.035", "$0.035"), (".5", "$0.50"), ("0", "$0.00"),
        ("0.000000001", "$0.000000001"), ("999999999.999999999", "$999999999.999999999"),
    ])
    func `An amount is read and written exactly`(text: String, written: String) {
        #expect(Dollars(parsing: text)?.description == written)
    }

    @Test(arguments: ["", "$", ".", "-1", "1e3", "1,5", "five", "0.0000000001", "9999999999", "1.2.3", "٣", " 1"])
    func `What is no amount is refused`(text: String) {
        #expect(Dollars(parsing: text) == nil)
    }

    @Test func `Sums are exact where binary fractions are not`() {
        let price = Dollars(parsing: "0.1") ?? .zero
        #expect((0..<3).reduce(Dollars.zero) { sum, _ in sum + price } == Dollars(parsing: "0.3"))
        #expect(0.1 + 0.1 + 0.1 != 0.3)
    }

    @Test func `Numbers that are no amounts are refused`() {
        #expect(Dollars(0.035) == Dollars(parsing: "0.035"))
        for number in [-0.01, .nan, .infinity, 1e10] { #expect(Dollars(number) == nil) }
        #expect(Dollars(nanos: 1).times(.nan) == nil)
        #expect(Dollars(nanos: 1).times(-1) == nil)
        #expect(Dollars.most.times(2) == nil)
        #expect(Dollars(nanos: .max) + Dollars.most == Dollars(nanos: .max))
    }
}
