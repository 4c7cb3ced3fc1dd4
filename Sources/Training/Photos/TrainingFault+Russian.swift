internal import FalClient
internal import Generation

extension TrainingFault {
    var russianMessage: String {
        switch self {
        case .tooFewPhotos(let count, let needed, let trainer):
            "для \(trainer) нужно не меньше \(needed) фото, а здесь \(count)"
        case .fewPhotos(let count): "\(count) фото, а лучше \(PhotoLint.advisedPhotos) или больше"
        case .unreadable(let reason): "не читается (\(reason))"
        case .unsupportedFormat(let format): "формат \(format) для обучения не годится"
        case .noPicture: "это не файл JPEG, PNG или WebP"
        case .webP: "WebP: в ошибках fal для обучения названы .jpg и .png"
        case .wrongExtension(let format): "на самом деле это файл \(format.rawValue)"
        case .damaged: "файл обрывается на середине"
        case .undecodable: "прочитать здесь изображение не удалось"
        case .tooManyBytes(let bytes): "\(bytes / 1_000_000) МБ, а fal читает картинки до 50 МБ"
        case .tooManyPixels(let size): "\(size.text(in: .russian)): столько не принимают"
        case .tooSmall(let size): "\(size.text(in: .russian)): слишком мало для обучения"
        case .small(let size):
            "\(size.text(in: .russian)): меньше \(PhotoLint.advisedSide), на которых идёт обучение"
        case .longShape(let size): "\(size.text(in: .russian)): обрезка до квадрата отнимет больше половины"
        case .duplicate(let other): "тот же файл, что и \(other)"
        case .nearDuplicate(let other): "похоже на \(other)"
        case .nearDuplicatesUnchecked: "похожие фото не искались"
        case .sameName: "так называются два файла, и один заслонит другой"
        case .notUsed: "не фото и не подпись, не используется"
        case .folderWithin: "вложенная папка не отправляется"
        case .captionWithoutPhoto(let stem): "к этой подписи нет фото \(stem).jpg, .png или .webp"
        case .captionWithoutTrigger: "в подписи нет триггера"
        case .captionUnreadable: "это не текст в UTF-8"
        case .captionEmpty: "подпись пуста"
        case .captionsMissing(let others): "нет подписи\(others > 0 ? ", и ещё у \(others)" : "")"
        case .commonTrigger(let fault): fault.message(in: .russian)
        case .deprecatedTrainer: Trainer.deprecation(in: .russian)
        }
    }

    var russianAdvice: String {
        switch self {
        case .tooFewPhotos(let count, let needed, _): "добавьте \(needed - count)"
        case .fewPhotos: "добавьте снятые с других сторон и при другом свете"
        case .unreadable: "замените файл"
        case .unsupportedFormat, .noPicture: "сохраните в JPEG или PNG"
        case .webP: "для надёжности сохраните в JPEG"
        case .wrongExtension(let format): "смените расширение на .\(format.fileExtension)"
        case .damaged: "скопируйте его заново"
        case .undecodable: "проверьте, цел ли файл"
        case .tooManyBytes: "уменьшите: хватит 2048 пикселей"
        case .tooManyPixels: "уменьшите до 2048 пикселей"
        case .tooSmall: "возьмите фото от \(PhotoLint.advisedSide) пикселей"
        case .small: "возьмите побольше, если есть"
        case .longShape: "обрежьте сами, оставив главное"
        case .duplicate: "уберите один: иначе он выучится дважды"
        case .nearDuplicate: "оставьте лучшее из двух"
        case .nearDuplicatesUnchecked(let reason): reason
        case .sameName: "переименуйте один"
        case .notUsed: "уберите его"
        case .folderWithin: "перенесите фото из неё выше или назовите и её"
        case .captionWithoutPhoto: "назовите их одинаково или уберите подпись"
        case .captionWithoutTrigger(let trigger):
            "напишите на его месте [trigger]: туда подставится «\(trigger)»"
        case .captionUnreadable: "сохраните в UTF-8"
        case .captionEmpty: "опишите фото"
        case .captionsMissing: "подпишите все фото или ни одного"
        case .commonTrigger: "возьмите слово, которого никто не пишет, вроде TOK"
        case .deprecatedTrainer: "без --endpoint берётся она"
        }
    }
}
