import Generation
import JSON
import Testing

/// What a file of avatars is read as, and what an import of it would change.
@Suite(.timeLimit(.minutes(5)))
struct AvatarFileTests {
    private func parse(_ text: String, _ file: String = "avatars.json") throws(GenerationError) -> [Avatar] {
        AvatarImportPlan(try AvatarImport(Array(text.utf8), file: file), over: []).steps.map(\.avatar)
    }

    private let anna = #"{"id":"anna","name":"Anna","training_type":"portrait","status":"completed","gender":"f"}"#

    @Test(arguments: ["[%]", #"{"avatars": [%]}"#])
    func `A list and an object with a list are read`(form: String) throws {
        let avatars = try parse(form.replacing("%", with: anna))
        #expect(avatars == [Avatar(id: "anna", name: "Anna", trainingType: "portrait", status: "completed")])
    }

    @Test
    func `What was written is read back`() throws {
        var avatars = [
            Avatar(
                id: "a", name: "Аня \"A\"", trainingType: "portrait", status: "completed",
                diffusersLoraFileURL: "https://x/y", triggerPhrase: "TOK"),
            Avatar(id: "b", name: "B", trainingType: "style", status: "draft", finetuneID: "f", triggerWord: "T"),
        ]
        avatars[0].loraSHA256 = String(repeating: "0a", count: 32)
        avatars[0].loraSize = 1 << 40
        avatars[0].isArchived = true
        avatars[1].userID = "42"
        avatars[1].trainingError = "no photos"
        avatars[1].trainingRequestID = "r"
        avatars[1].configFileURL = "https://x/c"
        let text = String(decoding: try AvatarFile.serialize(avatars), as: UTF8.self)
        #expect(try parse(text) == avatars)
    }

    @Test
    func `Every problem is named with its index and field`() {
        let text = """
            [\(anna), {"id": "", "training_type": 3, "status": null}, 7,
             {"id":"anna","name":"B","training_type":"style","status":"draft","finetune_id":[]}]
            """
        let error = #expect(throws: GenerationError.self) { try parse(text) }
        #expect(error?.code == .validation)
        let messages = error?.details?.arrayValue?.compactMap { $0["message"]?.stringValue } ?? []
        #expect(
            Set(messages) == [
                "[1].id is empty", "[1].name is missing", "[1].training_type must be a string, not integer",
                "[1].status is missing", "[2] must be an object, not integer",
                "[3].id: the id anna is also that of [0]", "[3].finetune_id must be a string, not array",
            ])
        #expect(error?.details?.arrayValue?.last?["index"] == 3)
        #expect(error?.message(in: .english).hasPrefix("not saved: avatars.json: ") == true)
    }

    @Test(arguments: ["", "{", "7", #"{"avatar":[]}"#, "[1,]", "\u{FEFF}[]"])
    func `What is no list of avatars is refused with the file's name`(text: String) {
        let error = #expect(throws: GenerationError.self) { try parse(text) }
        #expect(error?.code == .validation)
        #expect(error?.exitCode == 65)
        #expect(error?.message(in: .english).hasPrefix("avatars.json: cannot read avatars: ") == true)
    }

    @Test
    func `Ids that are too long or have control characters are refused`() {
        for id in [String(repeating: "x", count: 201), "a\u{0}b", "a\nb"] {
            let avatar = Avatar(id: id, name: "n", trainingType: "style", status: "draft")
            #expect(throws: GenerationError.self) { try Avatar(json: avatar.json) }
        }
    }
}
