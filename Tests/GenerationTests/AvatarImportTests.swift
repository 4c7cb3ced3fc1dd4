import Generation
import JSON
import Testing

/// The earlier service's tables, as psql exports them.
@Suite(.timeLimit(.minutes(5)))
struct AvatarImportTests {
    private func read(_ text: String, _ file: String? = "avatars.csv") throws(GenerationError) -> AvatarImport {
        try AvatarImport(Array(text.utf8), file: file)
    }

    private func plan(_ text: String, over avatars: [Avatar] = []) throws(GenerationError) -> AvatarImportPlan {
        AvatarImportPlan(try read(text), over: avatars)
    }

    private let header =
        "id,user_id,name,training_type,status,finetune_id,fal_request_id,diffusers_lora_file_url,"
        + "config_file_url,trigger_word,trigger_phrase,training_error\n"

    private let real = "https://v3.fal.media/files/a/lora.safetensors"

    @Test func `a row of the table is an avatar in our names and words`() throws {
        let text =
            header + "a1,u1,\"Аня, первая\",PORTRAIT,COMPLETED,,r1,\(real),https://v3.fal.media/c.json,TOK,TOK_1,\n"
            + "b2,u1,B,style,ready,,,,,,,\nc3,,C,AvatarTrainingType.STYLE,AvatarStatus.PHOTOS_UPLOADING,,,,,,,\n"
            + "d4,u2,D,Portrait,uploading,,,,,,,out of memory\n"
        let avatars = try plan(text).avatars
        var anna = Avatar(
            id: "a1", name: "Аня, первая", trainingType: "portrait", status: "completed", diffusersLoraFileURL: real,
            triggerPhrase: "TOK_1", triggerWord: "TOK")
        anna.userID = "u1"
        anna.trainingRequestID = "r1"
        anna.configFileURL = "https://v3.fal.media/c.json"
        #expect(avatars.first == anna)
        #expect(avatars.map(\.status) == ["completed", "ready_for_training", "photos_uploading", "photos_uploading"])
        #expect(avatars.map(\.trainingType) == ["portrait", "style", "style", "portrait"])
        #expect(avatars.last?.trainingError == "out of memory")
    }

    @Test func `JSON of the same table gives the same avatars`() throws {
        let csv = try plan(header + "a1,7,A,PORTRAIT,COMPLETED,,r1,\(real),,TOK,TOK_1,\n").avatars
        let json = """
            [{"id":"a1","user_id":7,"name":"A","training_type":"PORTRAIT","status":"COMPLETED","finetune_id":null,
              "fal_request_id":"r1","diffusers_lora_file_url":"\(real)","config_file_url":null,"trigger_word":"TOK",
              "trigger_phrase":"TOK_1","training_error":null,"gender":"FEMALE","photos_count":12}]
            """
        let file = try read(json, nil)
        #expect(AvatarImportPlan(file, over: []).avatars == csv)
        #expect(file.notes == [])
    }

    @Test(arguments: [
        ("portrait", "", "https://emergency-fallback.com/lora/Anna.safetensors"),
        ("portrait", "", "https://example.com/test_lora.safetensors"),
        ("portrait", "", "https://cdn.example.com/x.safetensors"),
        ("portrait", "", "https://v3.fal.media/files/fallback-style-7.safetensors"),
        ("style", "test_finetune_a1_7", ""), ("style", "fallback-style-7", ""),
    ])
    func `what the service made up is an error and no model`(type: String, finetune: String, url: String) throws {
        let made = finetune.isEmpty ? url : finetune
        for status in ["completed", "TRAINING"] {
            let plan = try plan(header + "a1,u,A,\(type),\(status),\(finetune),,\(url),,TOK,,\n")
            let avatar = try #require(plan.avatars.first)
            #expect(avatar.status == "error")
            #expect(avatar.trainingError?.contains("made up '\(made)'") == true)
            #expect(avatar.diffusersLoraFileURL == nil && avatar.finetuneID == nil)
            #expect(throws: GenerationError.self) { try TrainedAvatar(avatar) }
            #expect(plan.steps.first?.note == avatar.trainingError)
        }
    }

    @Test func `what the type does not need may be made up`() throws {
        let avatar = try plan(header + "a1,u,A,portrait,completed,test_finetune_1,,\(real),https://example.com/c,,T,\n")
            .avatars.first
        #expect(avatar?.status == "completed" && avatar?.finetuneID == nil && avatar?.configFileURL == nil)
        #expect(avatar?.diffusersLoraFileURL == real && avatar?.trainingError == nil)
    }

    @Test func `a second import changes nothing, of errors neither`() throws {
        let text =
            header + "a1,u,A,portrait,completed,,,\(real),,TOK,,\n"
            + "b2,u,B,style,completed,test_finetune_1,,,,TOK,,\"was\nlost\"\nc3,u,C,portrait,DRAFT,,,,,,,\n"
        let first = try plan(text)
        #expect(first.summary == "3 avatars: 3 added")
        let second = try plan(text, over: first.avatars)
        #expect(second.avatars.isEmpty)
        #expect(second.summary == "3 avatars: 3 unchanged")
        let fewer = "id,name,training_type,status,finetune_id\nb2,B,style,COMPLETED,test_finetune_1\n"
        let once = try plan(fewer).avatars
        #expect(try plan(fewer, over: once).avatars.isEmpty)
    }

    @Test func `what the file says nothing of stays, and another LoRA file has no pin`() throws {
        var old = Avatar(
            id: "a1", name: "A", trainingType: "portrait", status: "completed", diffusersLoraFileURL: real,
            triggerPhrase: "TOK")
        old.loraSHA256 = String(repeating: "a", count: 64)
        old.loraSize = 7
        old.isArchived = true
        let rename = try plan("id,name,training_type,status\na1,New,portrait,completed\n", over: [old])
        var expected = old
        expected.name = "New"
        #expect(rename.avatars == [expected])
        #expect(rename.steps.first?.outcome == .changed([.name]))
        let moved = try plan(
            "id,name,training_type,status,diffusers_lora_file_url\na1,A,portrait,completed,https://v3.fal.media/new\n",
            over: [old])
        #expect(moved.avatars.first?.loraSHA256 == nil && moved.avatars.first?.isArchived == true)
        #expect(moved.steps.first?.outcome == .changed([.diffusersLoraFileURL, .loraSHA256, .loraSize]))
    }

    @Test func `an avatar that works is not overwritten by one that the service made up`() throws {
        let old = Avatar(
            id: "a1", name: "A", trainingType: "portrait", status: "completed", diffusersLoraFileURL: real)
        let plan = try plan(
            header + "a1,u,A,portrait,completed,,,https://emergency-fallback.com/lora/A.safetensors,,,,\n", over: [old])
        #expect(plan.avatars.isEmpty && plan.steps.first?.outcome == .kept)
    }

    @Test func `every bad row is named with its line, and none is taken`() throws {
        let text =
            "id,name,training_type,status\na1,\"A\nB\",portrait,draft\n,C,portrait,draft\nd,D,portrit,finished\n"
            + "e,E\na1,F,style,draft\n"
        let error = #expect(throws: GenerationError.self) { try plan(text) }
        let messages = error?.details?.arrayValue?.compactMap { $0["message"]?.stringValue } ?? []
        #expect(
            messages == [
                "line 6: 2 fields, but the header has 4", "line 4: id is missing",
                "line 5: training_type must be one of portrait, style, not 'portrit'; did you mean portrait?",
                "line 5: status must be one of draft, photos_uploading, ready_for_training, training, completed, "
                    + "error, cancelled, not 'finished'",
                "line 7: id: the id a1 is also that of line 2",
            ])
        #expect(error?.details?.arrayValue?.last?["line"] == 7)
        #expect(error?.message(in: .russian).contains("строка 4: id отсутствует") == true)
        let broken = #expect(throws: GenerationError.self) { try plan("id,name\na,\"b\n") }
        #expect(broken?.message(in: .english).contains("line 2: a quote (\") is never closed") == true)
    }

    @Test func `a column that nobody knows is told`() throws {
        let file = try read("id,name,training_type,status,diffuser_lora_file_url,gender\na,A,portrait,draft,x,FEMALE\n")
        #expect(
            file.notes == [
                "'diffuser_lora_file_url' is no field of an avatar and is left out; did you mean diffusers_lora_file_url?"
            ])
    }
}
