internal import FalClient
package import JSON

extension JobOrder {
    /// The training that a job is: what its avatar needs when it is done, whichever process sees that.
    package struct Training: Sendable, Equatable {
        package let avatarID: String
        /// What the trainer leaves: `lora` or `finetune`.
        package let product: String
        package let preset: String
        /// SHA-256 of the archive, and how many photos are in it.
        package let archive: String
        package let photos: Int
        /// The file of weights is wanted on this machine.
        package let keepsFile: Bool
        /// What the call said besides, in its words: calls with one key are compared by them.
        package let words: JSONObject

        package init(
            avatarID: String, product: String, preset: String, archive: String, photos: Int, keepsFile: Bool,
            words: JSONObject = [:]
        ) {
            self.avatarID = avatarID
            self.product = product
            self.preset = preset
            self.archive = archive
            self.photos = photos
            self.keepsFile = keepsFile
            self.words = words
        }

        /// Nil for what `json` has not written.
        package init?(_ json: JSONValue) {
            guard let avatarID = json["avatar"]?.stringValue, let product = json["product"]?.stringValue,
                let preset = json["preset"]?.stringValue, let archive = json["archive"]?.stringValue,
                let photos = json["photos"]?.integerValue.flatMap(Int.init(exactly:)),
                let keepsFile = json["keeps_file"]?.boolValue
            else { return nil }
            self.init(
                avatarID: avatarID, product: product, preset: preset, archive: archive, photos: photos,
                keepsFile: keepsFile, words: json["words"]?.objectValue ?? [:])
        }

        package var json: JSONObject {
            var json: JSONObject = [
                "avatar": .string(avatarID), "product": .string(product), "preset": .string(preset),
                "archive": .string(archive), "photos": .integer(Int64(photos)), "keeps_file": .bool(keepsFile),
            ]
            if !words.isEmpty { json.append("words", .object(words)) }
            return json
        }
    }

    /// What a training's caller asked for; empty for what is no training. What its preset said does not count.
    var trainingWords: JSONObject {
        guard let training else { return [:] }
        var words = training.words
        words["avatar"] = .string(training.avatarID)
        words["endpoint"] = .string(endpoint.description)
        words["preset"] = .string(training.preset)
        words["photos"] = .string("SHA-256 \(training.archive)")
        return words
    }
}
