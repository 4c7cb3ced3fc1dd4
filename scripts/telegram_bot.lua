#!/usr/bin/env falhost
-- A Telegram bot that draws avatars.
-- Usage: TELEGRAM_BOT_TOKEN=… falhost scripts/telegram_bot.lua [SETTINGS]
-- or, for updates by webhook:
--        TELEGRAM_BOT_TOKEN=… TELEGRAM_WEBHOOK_URL=https://… TELEGRAM_WEBHOOK_SECRET=… \
--          falhost serve --webhook-port 8081 scripts/telegram_bot.lua [SETTINGS]
--
-- SETTINGS is a file like scripts/telegram_bot_settings.lua, which is used without it.
-- Ctrl-C or SIGTERM ends it in order: what is under way stays at fal and is taken up when the bot starts again. It may
-- be killed at any moment, too: a request is on the disk before Telegram hears that it was taken, and its key in the
-- ledger makes it paid for once.

local fs = require "fs"
local log = require "log"
local task = require "task"
local telegram = require "telegram"

local commands = require "telegram_bot.commands"
local notices = require "telegram_bot.notices"
local requests = require "telegram_bot.requests"
local settings = require "telegram_bot.settings"
local texts = require "telegram_bot.texts"
local users = require "telegram_bot.users"
local work = require "telegram_bot.work"

local here = debug.getinfo(1, "S").source:match "^@(.*)[/\\]" or "."

-- The parts of the bot, and what they share: settings, bot, requests, users, notices, gate (how many generate at once),
-- running (tasks by the ids of their requests), stopping.
local App = {}
App.__index = App

local function start(path)
  local values = settings.read(path)
  fs.mkdir(values.state)
  local self = setmetatable({ settings = values, running = {}, stopping = false }, App)
  self.bot = telegram.new {
    token = values.token, base_url = values.base_url, state = fs.join(values.state, "telegram.json"),
  }
  self.bot_id = values.token:match "^%d+"
  self.requests = requests.open(fs.join(values.state, "requests"), values.keep_days, log)
  self.users = users.open(fs.join(values.state, "users"), values)
  self.gate = task.semaphore(math.tointeger(values.jobs_at_once))
  self.notices = notices.new(self)
  return self
end

--- Runs a function beside the others; what it raises is logged and ends nothing else.
function App:spawn(fn, ...)
  local arguments = table.pack(...)
  return self.scope:spawn(function()
    local ok, err = pcall(fn, table.unpack(arguments, 1, arguments.n))
    if not ok and not self.stopping and not (type(err) == "table" and err.code == "cancelled") then
      log.error(tostring(err))
      self.notices:tell("internal", "notice_broken", tostring(err))
    end
  end)
end

--- Works on a request until it has ended.
function App:take_up(request)
  self.running[request.id] = self:spawn(function()
    local _ <close> = setmetatable({}, { __close = function() self.running[request.id] = nil end })
    work.run(self, request)
  end)
end

--- Takes a new request: when this returns it is on the disk.
function App:accept(request)
  self.requests:save(request)
  self:take_up(request)
end

-- Updates ------------------------------------------------------------------------------------------------------------

local function call_of(update, from, message)
  return {
    update = update.update_id, user = from.id, chat = message.chat.id, message = message.message_id,
    language = texts.language(from),
  }
end

-- Whether a caller may use the bot; notices for admins come in the language that they have last used.
local function admit(app, call)
  if not app.users:may(call.user) then
    return false
  end
  app.users:choose(call.user, "language", call.language)
  return true
end

function App:answer(call, text, options)
  if text then
    options = options or {}
    options.reply_to = call.message
    self:spawn(self.bot.send_text, self.bot, call.chat, text, options)
  end
end

function App:on_message(update)
  local message = update.message
  if not message.from or message.from.is_bot or type(message.text) ~= "string" then
    return
  end
  local is_private = message.chat.type == "private"
  local command, arguments, name = commands.parse(message.text, self.bot:me().username or "")
  if command == nil and not is_private then
    return -- in a group people talk of other things, too
  end
  local call = call_of(update, message.from, message)
  if not admit(self, call) then
    return self:answer(call, texts.say(call.language, "refused", tostring(call.user)))
  elseif command then
    call.arguments = arguments
    self:answer(call, command(self, call))
  elseif command == nil then
    self:answer(call, texts.say(call.language, "help"))
  elseif is_private then
    self:answer(call, texts.say(call.language, "unknown_command", name))
  end
end

function App:on_button(update)
  local query = update.callback_query
  local button = commands.of_button(query.data)
  local text
  if button and query.message then
    local call = call_of(update, query.from, query.message)
    text = admit(self, call) and button(self, call) or nil
  end
  self:spawn(self.bot.answer_callback, self.bot, query, text)
end

function App:on_update(update)
  if update.message then
    self:on_message(update)
  elseif update.callback_query then
    self:on_button(update)
  end
end

-- Returns when the update was taken. What cannot be written down was not: it is tried until the disk is well again.
function App:take(update)
  while true do
    local ok, err = pcall(self.on_update, self, update)
    if ok then
      return
    end
    local code = type(err) == "table" and err.code
    if code == "cancelled" then
      error(err, 0)
    end
    log.error(("update %d: %s"):format(update.update_id, tostring(err)))
    self.notices:tell("internal", "notice_broken", tostring(err))
    if code ~= "storage" then
      return
    end
    task.sleep(5)
  end
end

local allowed = { "message", "callback_query" }

function App:take_all(updates)
  for update in updates do
    self:take(update)
    self.bot:done(update)
  end
end

function App:poll()
  -- Nothing may be asked for while one is set.
  if self.bot:call("getWebhookInfo").url ~= "" then
    log.warning "a webhook is set: it is deleted, for this bot asks for its updates"
    self.bot:delete_webhook()
  end
  self:take_all(self.bot:updates { allowed = allowed })
end

-- Tells Telegram where to bring updates. It stays set when the bot ends: what comes meanwhile is brought later.
function App:set_webhook()
  local webhook = self.settings.webhook
  while true do
    local ok, err = pcall(self.bot.set_webhook, self.bot, {
      url = webhook.url, secret = webhook.secret, allowed = allowed,
    })
    if ok then
      return
    elseif type(err) ~= "table" or not err.retryable then
      error(err, 0)
    end
    log.warning(("%s; the webhook is set later"):format(err.message))
    task.sleep(30)
  end
end

function App:receive()
  local updates = self.bot:updates { webhook = true }
  local _, address = self.bot:listen(self.settings.webhook)
  log.info("updates are brought", { to = self.settings.webhook.url, at = address })
  task.spawn(self.set_webhook, self)
  self:take_all(updates)
end

function App:set_menu()
  self.bot:set_commands(commands.menu "en")
  self.bot:set_commands(commands.menu "ru", "ru")
end

-- Waits for all requests that are worked on.
function App:finish_running()
  local _, working = next(self.running)
  while working do
    working:await()
    _, working = next(self.running)
  end
end

--- Works until the first signal, and then leaves everything as it is.
function App:run()
  local user = self.bot:me()
  task.scope(function(scope)
    self.scope = scope
    local left = self.requests:unfinished()
    for _, request in ipairs(left) do
      self:take_up(request)
    end
    log.info("the bot is at work", { bot = "@" .. tostring(user.username), taken_up = #left })
    self:spawn(self.set_menu, self)
    self:spawn(self.notices.watch, self.notices)
    local taking = scope:spawn(pcall, self.settings.webhook and self.receive or self.poll, self)
    local problem
    local name = task.race { task.stop_signal, function()
      problem = select(2, taking:await())
      log.error(("no updates come any more: %s"):format(tostring(problem)))
      self:finish_running()
    end }
    self.stopping = true
    log.info("the bot stops", { signal = name, open = #self.requests:unfinished() })
    scope:cancel()
    if problem then
      error(problem, 0)
    end
  end)
end

start(... or here .. "/telegram_bot_settings.lua"):run()
