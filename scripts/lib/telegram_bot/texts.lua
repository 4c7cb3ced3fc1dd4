-- What the bot says, in English and Russian.

local texts = {}

local english = {
  help = [[
I draw avatars.

/generate [avatar] prompt – a picture
/avatars – whom I can draw, and your choice
/preset [name] [pictures] – the quality, and how many pictures a request
/status – your requests and limits
/cancel – ends your requests that are not done]],
  refused = "This bot is not open to you. Your id is %s: its owner can add it.",
  unknown_command = "I do not know %s. /help says what I can do.",
  no_prompt = "What shall I draw? /generate [avatar] prompt",
  no_avatars = "There is no trained avatar yet.",
  which_avatar = "Whom shall I draw? Choose here, or begin with the name: /generate %s …",
  avatars = "Avatars – yours is %s:",
  no_choice = "not chosen",
  avatar_chosen = "Avatar: %s",
  presets = "Presets – yours is %s, with %s picture(s) a request:",
  preset_chosen = "Preset: %s, pictures: %d",
  no_preset = "There is no preset %s. /preset lists them.",
  bad_count = "From 1 to %d pictures a request.",
  default = "default",
  busy = "You have %d request(s) under way, and that is as many as you may. /status, /cancel",
  day_full = "That would be %d pictures today, and you may have %d. It begins anew at midnight UTC.",
  day_spent = "That would be $%.2f today, and you may spend $%.2f. It begins anew at midnight UTC.",
  cost_unknown = "I cannot tell what this would cost, and you have a limit: it is not made.",
  accepted = "🎨 Generating: %s, preset %s…",
  in_queue = "🎨 %s: in the queue, %d before it",
  in_progress = "🎨 %s: is being drawn",
  retrying = "🎨 %s: %s. Another try…",
  looking = "🎨 %s: it is not known whether the order arrived. I look for it, and do not pay twice.",
  done = "✨ Done! Prompt: %s",
  flagged = "The safety checker has blackened %d of the pictures.",
  failed = "❌ No picture: %s",
  cancelled = "Cancelled: %s",
  nothing_to_cancel = "Nothing of yours is under way.",
  cancel_button = "Cancel",
  status = "Under way: %d\nToday: %s of %s pictures, $%.2f%s\nAvatar: %s\nPreset: %s, pictures: %d",
  status_limit = " of $%.2f",
  status_all = "\n\nThe bot: %d under way of %d user(s); fal: %d in flight, %d waiting\nToday: %d jobs, $%.2f",
  unlimited = "any number",
  status_request = "\n• %s – %s",
  state_accepted = "is being made", state_made = "is being sent", state_cancelling = "is being cancelled",
  notice_broken = "⚠️ %s",
  notice_well = "✅ Presets and rules are in order again.",
  notice_failure = "⚠️ Request %s of user %s: %s",
  notice_undelivered = "⚠️ Request %s: %d picture(s) cannot be delivered to chat %s: %s",
  errors = {
    avatar_not_found = "there is no such avatar", avatar_not_trained = "the avatar is not trained yet",
    lora_file_missing = "the avatar lacks its LoRA file", finetune_id_missing = "the avatar lacks its finetune id",
    unknown_preset = "there is no such preset", invalid_prompt = "the prompt cannot be used",
    content_policy_violation = "the prompt or picture breaks fal's rules", budget_exceeded = "the budget is used up",
    billing = "the account at fal has no money", rate_limited = "fal has too much to do",
    timeout = "it took too long", network = "fal cannot be reached", server_error = "fal has a fault",
    cancelled = "it was cancelled", expired = "fal does not keep the picture any more",
    submit_unknown = "it is not known whether the order arrived", no_images = "no picture came",
    other = "an error (%s)",
  },
}

local russian = {
  help = [[
Я рисую аватары.

/generate [аватар] промпт – изображение
/avatars – кого я могу нарисовать, и ваш выбор
/preset [имя] [число] – качество и сколько изображений за запрос
/status – ваши запросы и лимиты
/cancel – отменить незаконченные запросы]],
  refused = "Этот бот для вас закрыт. Ваш id %s: владелец может его добавить.",
  unknown_command = "Не знаю команды %s. /help – что я умею.",
  no_prompt = "Что нарисовать? /generate [аватар] промпт",
  no_avatars = "Обученных аватаров пока нет.",
  which_avatar = "Кого нарисовать? Выберите здесь или начните с имени: /generate %s …",
  avatars = "Аватары, ваш – %s:",
  no_choice = "не выбран",
  avatar_chosen = "Аватар: %s",
  presets = "Пресеты, ваш – %s, изображений за запрос: %s",
  preset_chosen = "Пресет: %s, изображений: %d",
  no_preset = "Пресет %s не найден. /preset – список.",
  bad_count = "От 1 до %d изображений за запрос.",
  default = "по умолчанию",
  busy = "Запросов в работе: %d, больше нельзя. /status, /cancel",
  day_full = "За сегодня вышло бы изображений: %d, а можно %d. Новый день – в полночь UTC.",
  day_spent = "За сегодня вышло бы $%.2f, а можно $%.2f. Новый день – в полночь UTC.",
  cost_unknown = "Цена неизвестна, а у вас есть лимит: запрос не выполнен.",
  accepted = "🎨 Генерирую изображение: %s, пресет %s…",
  in_queue = "🎨 %s: в очереди, перед ним %d",
  in_progress = "🎨 %s: рисую",
  retrying = "🎨 %s: %s. Пробую ещё раз…",
  looking = "🎨 %s: неизвестно, дошёл ли заказ. Ищу его и дважды не плачу.",
  done = "✨ Готово! Промпт: %s",
  flagged = "Проверка безопасности зачернила изображений: %d.",
  failed = "❌ Не удалось сгенерировать изображение: %s",
  cancelled = "Отменено: %s",
  nothing_to_cancel = "У вас ничего не выполняется.",
  cancel_button = "Отменить",
  status = "В работе: %d\nСегодня: изображений %s из %s, $%.2f%s\nАватар: %s\nПресет: %s, изображений: %d",
  status_limit = " из $%.2f",
  status_all = "\n\nБот: в работе %d, пользователей %d; fal: выполняется %d, ждёт %d\nСегодня: заданий %d, $%.2f",
  unlimited = "без лимита",
  status_request = "\n• %s – %s",
  state_accepted = "рисую", state_made = "отправляю", state_cancelling = "отменяю",
  notice_broken = "⚠️ %s",
  notice_well = "✅ Пресеты и правила снова в порядке.",
  notice_failure = "⚠️ Запрос %s пользователя %s: %s",
  notice_undelivered = "⚠️ Запрос %s: изображений %d не доставить в чат %s: %s",
  errors = {
    avatar_not_found = "аватар не найден", avatar_not_trained = "аватар ещё не обучен",
    lora_file_missing = "LoRA файл не найден", finetune_id_missing = "Finetune ID не найден",
    unknown_preset = "пресет не найден", invalid_prompt = "такой промпт не подходит",
    content_policy_violation = "промпт или изображение нарушает правила fal", budget_exceeded = "бюджет исчерпан",
    billing = "на балансе fal нет средств", rate_limited = "fal перегружен", timeout = "слишком долго",
    network = "fal недоступен", server_error = "ошибка на стороне fal", cancelled = "отменено",
    expired = "fal больше не хранит изображение", submit_unknown = "неизвестно, дошёл ли заказ",
    no_images = "изображение не получено", other = "ошибка (%s)",
  },
}

--- The language of a user: Russian where Telegram says so, else English.
function texts.language(user)
  return type(user.language_code) == "string" and user.language_code:find "^ru" and "ru" or "en"
end

--- A text of that name in a language, with its values.
function texts.say(language, name, ...)
  local text = (language == "ru" and russian or english)[name]
  return select("#", ...) > 0 and text:format(...) or text
end

--- Why there is no picture, for its user: what only an operator can mend is the code alone.
function texts.reason(language, err)
  local errors = (language == "ru" and russian or english).errors
  local code = type(err) == "table" and err.code or "internal"
  return errors[code] or errors.other:format(code)
end

return texts
