internal import FalClient

// The sentences' parts: one for each problem, fault and type.

extension ConfigProblem {
    /// Half a sentence that begins with the key: "guidance_scale (presets/fast.lua) must be a number from 0 to 35, …".
    ///
    /// - Parameter isPlaced: with the place of a preset's key; without it where the reader has it before his eyes.
    package func message(in language: Language, isPlaced: Bool = true) -> String {
        let russian = language == .russian
        let subject: String
        if isPlaced, case .preset(_, let place) = origin { subject = "\(key) (\(place))" } else { subject = key }
        switch fault {
        case .unknownKey(let nearest):
            let hint = nearest.map { russian ? ", возможно, \($0)?" : ", did you mean \($0)?" } ?? ""
            return "\(subject): " + (russian ? "неизвестный ключ" : "unknown key") + hint
        case .notInPreset:
            return "\(subject): " + (russian ? "в пресете пишите extends" : "a preset builds on another with extends")
        case .onlyInCall:
            return "\(subject): " + (russian ? "ключ даёт вызов, а не пресет" : "a call gives it, not a preset")
        case .otherCall(let conflict): return "\(subject): \(conflict.message(in: language))"
        case .otherServer(let conflict, let server): return "\(subject): \(conflict.message(in: language, at: server))"
        case .needsLedger:
            return "\(subject): "
                + (russian
                    ? "нужен журнал, а его нет (FALHOST_LEDGER)"
                    : "needs the ledger, and there is none (FALHOST_LEDGER)")
        case .contradicts(let other):
            return russian
                ? "\(subject) и \(other) называют разные пресеты" : "\(subject) and \(other) name different presets"
        case .value(let shown, let expected, let endpoint, let nearest):
            let place = endpoint.map { russian ? " для \($0)" : " for \($0)" } ?? ""
            let hint = nearest.map { russian ? "; возможно, \($0)?" : "; did you mean \($0)?" } ?? ""
            return russian
                ? "\(subject): нужно \(expected.phrase(in: .russian))\(place), а не \(shown)\(hint)"
                : "\(subject) must be \(expected.phrase(in: .english))\(place), not \(shown)\(hint)"
        case .missing(let endpoint):
            return russian ? "\(subject): обязателен для \(endpoint)" : "\(subject) is required by \(endpoint)"
        case .cannotServe(let endpoint, let type, let others):
            let known = others.joined(separator: ", ")
            return russian
                ? "\(subject): \(endpoint) не принимает аватары типа \(type.rawValue); подходят: \(known)"
                : "\(subject): \(endpoint) cannot draw \(type.rawValue) avatars; these can: \(known)"
        }
    }
}

extension FieldType {
    /// What the value must be, to go after "must be" or «нужно».
    package func phrase(in language: Language) -> String {
        let russian = language == .russian
        switch self {
        case .text: return russian ? "строку" : "a string"
        case .name(let range):
            return russian
                ? "строку длиной \(range.lowerBound)–\(range.upperBound) символов"
                : "a string of \(range.lowerBound) to \(range.upperBound) characters"
        case .boolean: return russian ? "true или false" : "true or false"
        case .integer(let range):
            return (russian ? "целое число" : "an integer") + Self.bounds(range, .min, .max, russian)
        case .number(let range):
            let most = Double.greatestFiniteMagnitude
            return (russian ? "число" : "a number") + Self.bounds(range, -most, most, russian)
        case .word(let words): return (russian ? "одно из: " : "one of ") + words.joined(separator: ", ")
        case .level(let range):
            return (russian ? "целое число" : "an integer") + Self.bounds(range, .min, .max, russian)
        case .imageSize:
            let names = ImageSize.Name.allCases.map(\.rawValue).joined(separator: ", ")
            let sides = "\(ImageSize.sides.lowerBound)…\(ImageSize.sides.upperBound)"
            return russian
                ? "одно из: \(names) или {width=, height=} (целые \(sides))"
                : "one of \(names) or {width=, height=} (integers \(sides))"
        case .aspectRatio: return russian ? "отношение вида 16:9" : "a ratio like 16:9"
        case .endpoint: return russian ? "модель вида fal-ai/flux-lora" : "an endpoint like fal-ai/flux-lora"
        case .address: return russian ? "адрес http или https" : "an http or https URL"
        case .loras: return russian ? "список {path=, scale=}" : "a list of {path=, scale=}"
        }
    }

    private static func bounds<Number: Comparable>(
        _ range: ClosedRange<Number>, _ least: Number, _ most: Number, _ russian: Bool
    ) -> String {
        let low = text(range.lowerBound)
        let high = text(range.upperBound)
        return switch (range.lowerBound > least, range.upperBound < most) {
        case (true, true): russian ? " от \(low) до \(high)" : " from \(low) to \(high)"
        case (true, false): russian ? " не меньше \(low)" : " of at least \(low)"
        case (false, true): russian ? " не больше \(high)" : " of at most \(high)"
        case (false, false): ""
        }
    }

    /// A bound without a needless fraction: `35`, `0.001`.
    private static func text<Number>(_ number: Number) -> String {
        if let number = number as? Double, let whole = Int64(exactly: number) { return String(whole) }
        return "\(number)"
    }
}

extension AvatarProblem {
    /// Half a sentence that begins with the place: "[3].training_type is missing".
    package func message(in language: Language) -> String {
        let russian = language == .russian
        let path = path(in: language)
        switch fault {
        case .missing: return "\(path) " + (russian ? "отсутствует" : "is missing")
        case .empty: return "\(path) " + (russian ? "пусто" : "is empty")
        case .unusableID:
            return russian
                ? "\(path) должен быть не длиннее \(Avatar.longestID) байт и без управляющих символов"
                : "\(path) must have at most \(Avatar.longestID) bytes and no control characters"
        case .notText(let kind):
            return russian ? "\(path): нужна строка, а не \(kind)" : "\(path) must be a string, not \(kind)"
        case .notObject(let kind):
            return russian ? "\(path): нужен объект, а не \(kind)" : "\(path) must be an object, not \(kind)"
        case .notBoolean(let kind):
            return russian
                ? "\(path): нужно true или false, а не \(kind)" : "\(path) must be true or false, not \(kind)"
        case .notSize(let kind):
            return russian
                ? "\(path): нужно число байт, а не \(kind)" : "\(path) must be a number of bytes, not \(kind)"
        case .notSHA256:
            return russian
                ? "\(path): нужны 64 шестнадцатеричные цифры" : "\(path) must be 64 hexadecimal digits"
        case .duplicate(let id, let other):
            return russian
                ? "\(path): id \(id) уже есть: \(other.text(in: language))"
                : "\(path): the id \(id) is also that of \(other.text(in: language))"
        case .unknownField(let nearest):
            let hint = nearest.map { russian ? ", возможно, \($0)?" : ", did you mean \($0)?" } ?? ""
            return "\(path): " + (russian ? "у аватара нет такого поля" : "an avatar has no such field") + hint
        case .unknownWord(let shown, let known, let nearest):
            let words = known.joined(separator: ", ")
            let hint = nearest.map { russian ? "; возможно, \($0)?" : "; did you mean \($0)?" } ?? ""
            return russian
                ? "\(path): нужно одно из: \(words), а не '\(shown)'\(hint)"
                : "\(path) must be one of \(words), not '\(shown)'\(hint)"
        case .fixed: return "\(path) " + (russian ? "изменить нельзя" : "cannot be changed")
        case .taken(let id):
            return russian ? "\(path): аватар \(id) уже есть" : "\(path): there is an avatar \(id) already"
        case .record(let reason): return "\(path): \(reason)"
        }
    }
}

extension StorageFault {
    var english: String {
        switch self {
        case .cannotCreateFolder(let reason): "cannot create this folder (\(reason)); choose another with FALHOST_DB"
        case .cannotOpen(let reason):
            "cannot open the database (\(reason)); check the folder's permissions or choose another with FALHOST_DB"
        case .cannotRead(let reason): "cannot read this folder: \(reason)"
        case .notADatabase: "this is not a database; move it away or choose another with FALHOST_DB"
        case .damaged: "the database is damaged; restore a copy or move it away to begin a new one"
        case .foreign: "this database belongs to another program; choose another with FALHOST_DB"
        case .newer(let found, let known):
            "the database was written by a newer falhost (version \(found), this one knows \(known)); update falhost"
        case .readOnly: "the database is read-only; allow writing to the file and its folder"
        case .full: "the disk is full; free some space and run again"
        case .busy: "the database is locked by another process; run again when that one is done"
        case .keyTaken(let key): "another job has just been given the key '\(key)'; run again"
        case .other(let reason): "database error: \(reason)"
        }
    }

    var russian: String {
        switch self {
        case .cannotCreateFolder(let reason):
            "не удалось создать папку (\(reason)); укажите другой путь в FALHOST_DB"
        case .cannotOpen(let reason):
            "не удалось открыть базу (\(reason)); проверьте права на папку или укажите другой путь в FALHOST_DB"
        case .cannotRead(let reason): "не удалось прочитать папку: \(reason)"
        case .notADatabase: "это не база данных; уберите файл или укажите другой путь в FALHOST_DB"
        case .damaged: "база повреждена; восстановите копию или уберите файл, чтобы начать новую"
        case .foreign: "это база другой программы; укажите другой путь в FALHOST_DB"
        case .newer(let found, let known):
            "база записана более новой версией falhost (версия \(found), эта знает \(known)); обновите falhost"
        case .readOnly: "база доступна только для чтения; разрешите запись в файл и его папку"
        case .full: "диск заполнен; освободите место и запустите снова"
        case .busy: "база занята другим процессом; запустите снова, когда он закончит"
        case .keyTaken(let key): "ключ «\(key)» только что получило другое задание; запустите снова"
        case .other(let reason): "ошибка базы данных: \(reason)"
        }
    }
}

extension FalError.Code {
    /// What happened, to go before fal's or libcurl's own words.
    var russian: String {
        switch self {
        case .missingAPIKey: "Ключ FAL не задан"
        case .unauthorized: "FAL не принял ключ"
        case .billing: "На балансе FAL нет средств"
        case .endpointNotFound: "Модель не найдена"
        case .validation: "Неверные аргументы"
        case .contentPolicyViolation: "Запрос отклонён проверкой содержимого"
        case .rateLimited: "Слишком много запросов к FAL"
        case .serverError: "Ошибка на стороне FAL"
        case .timeout: "Время ожидания истекло"
        case .network: "Ошибка сети"
        case .submitUnknown: "Неизвестно, принял ли FAL задание"
        case .malformedResponse: "Непонятный ответ"
        case .expired: "Результат больше не хранится"
        case .cancelled: "Задание отменено"
        case .storage: "Ошибка файла"
        }
    }
}
