import Testing

@testable import Scripting

@Suite struct SourceFileTests {
    @Test func theLineOfAWordIsTheFirstThatHasItWhole() {
        let text = Array("return {\n  seeds = 1,\n  my_seed = 2,\n  seed = 3, -- seed\n}".utf8)
        #expect(SourceFile.line(of: "seed", in: text) == 4)
        #expect(SourceFile.line(of: "return", in: text) == 1)
        #expect(SourceFile.line(of: "see", in: text) == nil)
    }
}
