/// One thing that is wrong with a config, and who wrote it.
package struct ConfigProblem: Sendable, Equatable {
    package enum Fault: Sendable, Equatable {
        case unknownKey(nearest: String?)
        /// A preset cannot name another preset with this key; that is what `extends` is for.
        case notInPreset
        /// What names one call is in no preset.
        case onlyInCall
        /// `quality` and `preset` name different presets.
        case contradicts(other: String)
        /// Not what the key, or its field at the endpoint when that is given, takes.
        case value(shown: String, expected: FieldType, endpoint: String?, nearest: String?)
        /// The endpoint cannot do without the field and no value is given for it.
        case missing(endpoint: String)
        /// The endpoint has no field for the model data of such avatars.
        case cannotServe(endpoint: String, type: TrainingType, others: [String])
        /// The key names a job that another call made.
        case otherCall(KeyConflict)
        /// The key names a job at another server than the one in use.
        case otherServer(KeyConflict, server: String)
        /// A key without a ledger names nothing.
        case needsLedger
    }
    package let key: String
    package let origin: Origin
    package let fault: Fault

    package init(key: String, origin: Origin, fault: Fault) {
        self.key = key
        self.origin = origin
        self.fault = fault
    }
}
