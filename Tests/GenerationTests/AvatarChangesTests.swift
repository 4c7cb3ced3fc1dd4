import Generation
import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct AvatarChangesTests {
    private let anna = Avatar(
        id: "anna", name: "Anna", trainingType: "portrait", status: "completed",
        diffusersLoraFileURL: "https://v3.fal.media/a.safetensors", triggerPhrase: "TOK")

    private func message(_ body: () throws -> Void) -> String {
        var message = ""
        do { try body() } catch { message = "\(error)" }
        return message
    }

    @Test func `only what is given changes, and an empty text removes`() throws {
        let changed = try AvatarChanges(["trigger_phrase": "", "user_id": 42, "archived": true]).applied(to: anna)
        var expected = anna
        expected.triggerPhrase = nil
        expected.userID = "42"
        expected.isArchived = true
        #expect(changed == expected)
        #expect(try AvatarChanges([:]).applied(to: anna) == anna)
    }

    @Test func `an unknown field is told with the nearest`() {
        #expect(
            message { _ = try AvatarChanges(["triger_phrase": "x"]) }
                == "invalid avatar: triger_phrase: an avatar has no such field, did you mean trigger_phrase?")
    }

    private static let lies: [(JSONObject, String)] = [
        (["status": "complete"], "status must be one of draft"), (["id": "other"], "id cannot be changed"),
        (["name": ""], "name is empty"),
        (["training_type": "style", "diffusers_lora_file_url": ""], "avatar anna has no finetune ID"),
        (["diffusers_lora_file_url": ""], "avatar anna has no LoRA file"),
        (["archived": "yes"], "must be true or false"),
        (["lora_sha256": "abc"], "64 hexadecimal digits"), (["lora_size": -1], "number of bytes"),
    ]

    @Test(arguments: lies)
    func `what would be a lie is refused`(fields: JSONObject, words: String) {
        #expect(message { _ = try AvatarChanges(fields).applied(to: anna) }.contains(words))
    }

    @Test func `another LoRA file has no pin, unless one comes with it`() throws {
        var pinned = anna
        pinned.loraSHA256 = String(repeating: "a", count: 64)
        pinned.loraSize = 1
        let url = JSONValue.string("https://v3.fal.media/b.safetensors")
        let moved = try AvatarChanges(["diffusers_lora_file_url": url]).applied(to: pinned)
        #expect(moved.loraSHA256 == nil && moved.loraSize == nil)
        let hash = JSONValue.string(String(repeating: "b", count: 64))
        let both = try AvatarChanges(["diffusers_lora_file_url": url, "lora_sha256": hash]).applied(to: pinned)
        #expect(both.loraSHA256 == hash.stringValue)
        #expect(try AvatarChanges(["name": "B"]).applied(to: pinned).loraSHA256 != nil)
    }

    @Test func `a new avatar is a draft with a UUID`() throws {
        let avatar = try AvatarChanges(["name": "B", "training_type": "style"]).newAvatar()
        #expect(avatar.status == "draft")
        #expect(avatar.id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        #expect(try AvatarChanges(["name": "B", "training_type": "style"]).newAvatar().id != avatar.id)
        #expect(message { _ = try AvatarChanges(["name": "B"]).newAvatar() }.contains("training_type is missing"))
        #expect(
            message {
                _ = try AvatarChanges(["name": "B", "training_type": "style", "status": "completed"]).newAvatar()
            }
            .contains("no finetune ID"))
    }

    @Test func `an archived avatar makes no pictures`() {
        var archived = anna
        archived.isArchived = true
        let error = #expect(throws: GenerationError.self) { try TrainedAvatar(archived) }
        #expect(error?.code == .avatarNotFound)
        archived.diffusersLoraFileURL = nil
        #expect(AvatarCheck.problems(in: [archived]).isEmpty)
        #expect(error?.message(in: .english).contains("falhost avatars unarchive anna") == true)
    }

    @Test func `a filter takes what matches in all of its parts`() {
        var filter = AvatarFilter()
        #expect(filter.matches(anna))
        filter.userID = "42"
        #expect(!filter.matches(anna))
        var owned = anna
        owned.userID = "42"
        #expect(filter.matches(owned))
        filter.status = "draft"
        #expect(!filter.matches(owned))
        owned.isArchived = true
        #expect(!AvatarFilter().matches(owned))
    }
}
