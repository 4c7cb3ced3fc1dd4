import Testing

@testable import LineEditor

struct CandidateListTests {
    @Test func wordsStandInColumnsFromTopToBottom() {
        let list = CandidateList(["all", "map", "sleep", "spawn", "race"])
        #expect(list.text(columns: 21) == "all    sleep  race\nmap    spawn\n")
        #expect(list.text(columns: 80) == "all    map    sleep  spawn  race\n")
        #expect(list.text(columns: 3) == "all\nmap\nsleep\nspawn\nrace\n")
    }

    @Test func manyAreCounted() {
        let list = CandidateList((1...250).map(String.init))
        #expect(list.text(columns: 80).hasSuffix("… and 150 more\n"))
    }
}
