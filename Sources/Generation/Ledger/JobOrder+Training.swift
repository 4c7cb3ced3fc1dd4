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

        package init(
            avatarID: String, product: String, preset: String, archive: String, photos: Int, keepsFile: Bool
        ) {
            self.avatarID = avatarID
            self.product = product
            self.preset = preset
            self.archive = archive
            self.photos = photos
            self.keepsFile = keepsFile
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
                keepsFile: keepsFile)
        }

        package var json: JSONObject {
            [
                "avatar": .string(avatarID), "product": .string(product), "preset": .string(preset),
                "archive": .string(archive), "photos": .integer(Int64(photos)), "keeps_file": .bool(keepsFile),
            ]
        }
    }
}
