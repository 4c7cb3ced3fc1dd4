-- What users may say to the bot.

local choices = require "telegram_bot.choices"
local fal = require "fal"
local texts = require "telegram_bot.texts"
local work = require "telegram_bot.work"

local commands = {}

-- Commands -----------------------------------------------------------------------------------------------------------

-- Each gets the app and the call: user, chat, language, message (its id), update, arguments; and returns the answer.

local function say(call, name, ...)
  return texts.say(call.language, name, ...)
end

function commands.start(_, call)
  return say(call, "help")
end

commands.help = commands.start

function commands.avatars(app, call)
  local list = choices.drawable(app, call.user)
  if #list == 0 then
    return say(call, "no_avatars")
  end
  local own = choices.usual(app, call.user, list)
  local lines = { say(call, "avatars", own and own.name or say(call, "no_choice")) }
  for _, avatar in ipairs(list) do
    lines[#lines + 1] = ("• %s (%s)"):format(avatar.name, avatar.id)
  end
  return table.concat(lines, "\n"), { buttons = choices.avatar_buttons(list) }
end

local function choose_preset(app, call, name, count)
  local presets = fal.get_generation_config_presets()
  if name ~= "" and not presets[name] then
    return say(call, "no_preset", name)
  end
  if count then
    if math.type(count) ~= "integer" or count < 1 or count > app.settings.pictures_per_request then
      return say(call, "bad_count", math.tointeger(app.settings.pictures_per_request))
    end
    app.users:choose(call.user, "count", count)
  end
  if name ~= "" then
    app.users:choose(call.user, "preset", name)
  end
  local chosen = choices.preset_of(app, call.user) or say(call, "default")
  return say(call, "preset_chosen", chosen, choices.count_of(app, call.user))
end

function commands.preset(app, call)
  local name, count = call.arguments:match "^(%S+)%s*(%S*)$"
  if name and count == "" and name:find "^%d+$" then
    name, count = "", name
  end
  if name then
    return choose_preset(app, call, name, count ~= "" and (tonumber(count) or -1) or nil)
  end
  local items = {}
  for preset in pairs(fal.get_generation_config_presets()) do
    items[#items + 1] = { text = preset, data = preset }
  end
  table.sort(items, function(a, b) return a.text < b.text end)
  local own = choices.preset_of(app, call.user) or say(call, "default")
  return say(call, "presets", own, choices.count_of(app, call.user)), { buttons = choices.keyboard("preset:", items) }
end

-- Why a user may have no more today; nil when they may.
local function refusal(app, call, count, estimate)
  if app.users:is_admin(call.user) then
    return nil
  end
  local limits = app.settings
  local under_way = #app.requests:unfinished(call.user)
  if under_way >= limits.requests_at_once then
    return say(call, "busy", under_way)
  end
  local pictures, dollars = app.requests:today(call.user)
  if pictures + count > limits.pictures_per_day then
    return say(call, "day_full", pictures + count, math.floor(limits.pictures_per_day))
  end
  if limits.dollars_per_day then
    if not estimate then
      return say(call, "cost_unknown")
    end
    if dollars + estimate > limits.dollars_per_day then
      return say(call, "day_spent", dollars + estimate, limits.dollars_per_day)
    end
  end
end

function commands.generate(app, call)
  if app.requests:get(call.update) then
    return nil -- taken before the bot was stopped: it is being worked on
  end
  local list = choices.drawable(app, call.user)
  if #list == 0 then
    return say(call, "no_avatars")
  end
  local word, rest = call.arguments:match "^(%S+)%s+(.+)$"
  local avatar, prompt = word and choices.find(list, word), rest
  if not avatar then
    avatar, prompt = choices.usual(app, call.user, list), call.arguments
  end
  if prompt == "" or choices.find(list, prompt) and not rest then
    return say(call, "no_prompt")
  end
  if not avatar then
    return say(call, "which_avatar", list[1].name), { buttons = choices.avatar_buttons(list) }
  end
  local preset, count = choices.preset_of(app, call.user), choices.count_of(app, call.user)
  local ok, plan = pcall(fal.explain, avatar.id, prompt, { preset = preset, num_images = count })
  if not ok then
    if type(plan) == "table" and plan.code == "cancelled" then
      error(plan, 0)
    end
    return say(call, "failed", texts.reason(call.language, plan))
  end
  local estimate = type(plan.cost) == "table" and tonumber(plan.cost.estimate) or nil
  local no = refusal(app, call, count, estimate)
  if no then
    return no
  end
  app:accept {
    id = call.update, key = ("tg-%s-%d"):format(app.bot_id, call.update), user = call.user, chat = call.chat,
    language = call.language, message = call.message, avatar = avatar.id, prompt = prompt, preset = preset,
    count = count, estimate = estimate, state = "accepted", created = os.time(),
  }
end

local function cancel(app, request)
  request.state = "cancelling"
  app.requests:save(request)
  app:spawn(function()
    local working = app.running[request.id]
    if working then
      working:cancel()
      pcall(working.await, working)
    end
    work.finish_cancelling(app, request)
  end)
end

function commands.cancel(app, call)
  local count = 0
  for _, request in ipairs(app.requests:unfinished(call.user)) do
    if request.state == "accepted" then
      cancel(app, request)
      count = count + 1
    end
  end
  return count == 0 and say(call, "nothing_to_cancel") or nil
end

function commands.status(app, call)
  local own = app.requests:unfinished(call.user)
  local pictures, dollars = app.requests:today(call.user)
  local limits, is_admin = app.settings, app.users:is_admin(call.user)
  local most = is_admin and say(call, "unlimited") or ("%d"):format(limits.pictures_per_day)
  local budget = not is_admin and limits.dollars_per_day and say(call, "status_limit", limits.dollars_per_day) or ""
  local avatar = choices.usual(app, call.user, choices.drawable(app, call.user))
  local text = say(call, "status", #own, ("%d"):format(pictures), most, dollars, budget,
    avatar and avatar.name or say(call, "no_choice"), choices.preset_of(app, call.user) or say(call, "default"),
    choices.count_of(app, call.user))
  for _, request in ipairs(own) do
    text = text .. say(call, "status_request", request.prompt, say(call, "state_" .. request.state))
  end
  if is_admin then
    local all, people, count = app.requests:unfinished(), {}, 0
    for _, request in ipairs(all) do
      count = count + (people[request.user] and 0 or 1)
      people[request.user] = true
    end
    local pacing = fal.get_config_summary().pacing
    local spent = fal.jobs.spent { since = os.date "!%Y-%m-%d" }
    text = text .. say(call, "status_all", #all, count, pacing.in_flight, pacing.waiting, spent.jobs, spent.spent)
    for _, problem in ipairs(fal.reload_problems()) do
      text = text .. "\n" .. say(call, "notice_broken", problem)
    end
  end
  return text
end

-- Buttons ------------------------------------------------------------------------------------------------------------

local buttons = {}

function buttons.avatar(app, call, id)
  local avatar = choices.find(choices.drawable(app, call.user), id)
  if not avatar then
    return say(call, "no_avatars")
  end
  app.users:choose(call.user, "avatar", avatar.id)
  return say(call, "avatar_chosen", avatar.name)
end

function buttons.preset(app, call, name)
  return choose_preset(app, call, name)
end

function buttons.cancel(app, call, id)
  local request = app.requests:get(math.tointeger(id))
  if request and request.user == call.user and request.state == "accepted" then
    cancel(app, request)
    return nil
  end
  return say(call, "nothing_to_cancel")
end

--- What a button does that carries such data; nil for one of another bot's making.
function commands.of_button(data)
  local name, value = (data or ""):match "^(%l+):(.*)$"
  local button = name and buttons[name]
  return button and function(app, call) return button(app, call, value) end
end

local menu = { "generate", "avatars", "preset", "status", "cancel", "help" }
local descriptions = {
  en = {
    generate = "A picture", avatars = "Whom I can draw", preset = "Quality and number of pictures",
    status = "Your requests and limits", cancel = "End what is under way", help = "What I can do",
  },
  ru = {
    generate = "Изображение", avatars = "Кого я могу нарисовать", preset = "Качество и число изображений",
    status = "Ваши запросы и лимиты", cancel = "Отменить незаконченное", help = "Что я умею",
  },
}

--- The menu that Telegram shows, in a language.
function commands.menu(language)
  local list = {}
  for i, name in ipairs(menu) do
    list[i] = { command = name, description = descriptions[language][name] }
  end
  return list
end

--- What a message calls: the command's function and arguments; nil for a text that is no command of this bot, false for
--- an unknown command.
function commands.parse(text, bot_name)
  local name, at, arguments = (text or ""):match "^/([%w_]+)(@?[%w_]*)%s*(.-)%s*$"
  if not name or at ~= "" and at:sub(2):lower() ~= bot_name:lower() then
    return nil
  end
  local known = { start = true }
  for _, command in ipairs(menu) do
    known[command] = true
  end
  name = name:lower()
  return known[name] and commands[name] or false, arguments, "/" .. name
end

return commands
