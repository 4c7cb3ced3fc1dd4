-- A Telegram bot: the Bot API with its limits kept, its errors named and its updates taken once.
--
--   local telegram = require "telegram"
--   local bot = telegram.new { token = os.getenv "TELEGRAM_BOT_TOKEN" }
--   for update in bot:updates() do
--     if update.message then bot:send_text(update.message.chat.id, "hello") end
--     bot:done(update)
--   end
--
-- telegram.new { token =, base_url = "https://api.telegram.org", state = ".falhost/telegram.json", patience = 60 }
--   → bot
--   state      keeps the updates that are not done, file ids and who blocked the bot; false keeps nothing
--   patience   how long one call is tried again while Telegram or the network fails (seconds)
--
-- An error is a table: code = "telegram", kind = "runtime", message, and where known method, status, description,
-- retry_after, chat, retryable and reason, one of:
--   "blocked" (403: blocked, kicked or deactivated; the chat is marked and nothing more is sent to it),
--   "chat_not_found", "conflict" (409: another poller), "webhook" (409: a webhook is set), "unauthorized" (the token
--   is wrong), "rate_limited" (429, again and again), "server" (5xx), "bad_file", "bad_picture", "too_large",
--   "not_modified", "not_editable", "not_deletable", "old_query", "bad_request" (any other 400).
-- Without an answer `code` is "network" or "timeout". What a caller can mend is kind = "value", code = "validation":
-- nothing was sent. The token is in no message.
--
-- Calls
--   bot:call(method, parameters [, files]) → result. Any method of the Bot API; `files` are multipart parts of `http`.
--       429 is waited out to the second (every call of this bot waits), 5xx and lost connections are tried again with
--       growing waits while patience lasts; a lost answer may so send a message twice.
--   bot:me() → the bot as a user: id, username, … (asked once)
--
-- Updates: each is given once, in order, also after a restart; one that was not done by then is given again.
--   bot:updates { timeout = 50, allowed = { "message", "callback_query" } } → iterator, by long polling, without end.
--       It goes on over any failure of the network; it raises "webhook", "unauthorized", and "conflict" after
--       `patience`.
--   bot:updates { webhook = true } → iterator of what bot:receive takes
--   bot:done(update)      it will not be given again. Call it when what it asks for is kept (in the ledger), not when
--       that is finished: several updates may be open at a time, and be done in any order.
--   bot:receive(body, secret, expected) → true, or false, why and the status to answer (401: the secret is wrong, 400:
--       no update, 503: too many are open): one webhook delivery; `secret` is the header
--       X-Telegram-Bot-Api-Secret-Token; an update is kept before it returns, so that 200 can be answered at once.
--   bot:listen { path = "/telegram", secret = } → task, url: has `http.receive` do so, under `falhost serve`
--   bot:set_webhook { url =, secret =, allowed =, max_connections =, drop_pending = }
--   bot:delete_webhook { drop_pending = false }
--
-- Messages. `chat` is an id or "@channel". Options go to Telegram as they are (parse_mode = "HTML", reply_markup,
-- disable_notification, message_thread_id, …), except: reply_to = message id (answers it if it is still there);
-- buttons = { { { text =, data = | url = }, … row }, … } (an inline keyboard; data has 1 to 64 bytes).
--   bot:send_text(chat, text, options) → message, all messages. Above 4096 units it becomes several; buttons are
--       below the last, the reply is the first.
--   bot:edit_text(chat, message_id, text, options) → message id, outcome. At most once in 3 s a message: the call
--       waits, and when a newer text comes meanwhile it does nothing ("superseded"); the same text is "unchanged"; a
--       message too old to edit, or gone, is "new": the id is that of a new message. Otherwise "edited".
--   bot:delete_message(chat, message_id) → true, or false when it is gone or too old
--   bot:send_photo(chat, picture, caption, options) → message, how ("file_id", "url", "upload", "document", "link").
--       picture = { url = | path = | data =, name =, width =, height =, key = }, a URL or a path. Each way that
--       Telegram refuses leads to the next: kept file id → URL (5 MB) → upload (10 MB, width + height ≤ 10000,
--       ratio ≤ 20) → document (50 MB) → text with the link. `key` names the picture for its file id (default: url or
--       path). options.as = "document" keeps full quality. A caption is cut to 1024 units.
--   bot:send_album(chat, pictures, caption, options) → messages. Any number: albums of 2 to 10, a single one as a
--       photo.
--   bot:send_document(chat, picture, caption, options) → message, how
--   bot:chat_action(chat, action [, fn, …]) → results of fn: "upload_photo", "typing"; with fn it is shown until fn
--       ends
--   bot:answer_callback(query, text, options) → true, or false when the query is too old; `query` is it or its id
--   bot:set_commands({ { command =, description = }, … }, language) → true
--   bot:is_blocked(chat) → whether the chat blocked the bot; an update from it ends that
--
-- Text (lengths are UTF-16 units, as Telegram counts; `mode` is nil or "HTML": tags do not count, entities are one)
--   telegram.escape(text) → for HTML: & < > "
--   telegram.length(text, mode), telegram.trim(text, limit, mode) (ends in … when cut; tags are closed),
--   telegram.split(text, limit, mode) → list of parts, cut at lines or words
--   telegram.same_secret(given, expected) → equal, in a time that does not tell where they differ

local calls = require "telegram.calls"
local edits = require "telegram.edits"
local failure = require "telegram.failure"
local http = require "http"
local json = require "json"
local pacing = require "telegram.pacing"
local pictures = require "telegram.pictures"
local state = require "telegram.state"
local task = require "task"
local text = require "telegram.text"
local updates = require "telegram.updates"

local telegram = {
  escape = text.escape, length = text.length, trim = text.trim, split = text.split, same_secret = text.same_secret,
}

local Bot = {}
Bot.__index = Bot

local text_limit = 4096

function telegram.new(options)
  local token = options.token
  if type(token) ~= "string" or not token:find "^%d+:[%w_-]+$" then
    failure.refuse "token is missing or is none: @BotFather gives one like 123456:ABC-DEF"
  end
  local base = options.base_url or "https://api.telegram.org"
  if not base:find "^https?://" then
    failure.refuse("base_url is a URL, got %s", tostring(base))
  end
  local log = options.log or require "log"
  local path = options.state
  if path == nil then
    path = ".falhost/telegram.json"
  end
  return setmetatable({
    token = token, root = ("%s/bot%s/"):format(base:gsub("/+$", ""), token), log = log,
    patience = options.patience or 60, pacing = pacing.new(), edits = edits.new(),
    received = task.channel(math.maxinteger), -- `updates.receive` has a limit
    state = state.open(path, token:match "^%d+", log),
  }, Bot)
end

local function copy(values)
  local all = {}
  for name, value in pairs(values or {}) do
    all[name] = value
  end
  return all
end

-- Calls ---------------------------------------------------------------------------------------------------------------

function Bot:call(method, parameters, files)
  return calls.call(self, method, copy(parameters), files)
end

function Bot:attempt(method, parameters, files, timeout)
  return calls.attempt(self, method, parameters, files, timeout)
end

function Bot:me()
  self.user = self.user or self:call "getMe"
  return self.user
end

-- Updates -------------------------------------------------------------------------------------------------------------

function Bot:updates(options)
  return updates.iterate(self, options or {})
end

function Bot:done(update)
  updates.finish(self, update)
end

function Bot:receive(body, secret, expected)
  return updates.receive(self, body, secret, expected)
end

function Bot:listen(options)
  return http.receive(options.path or "/telegram", function(request)
    if request.method ~= "POST" then
      return 405
    end
    local secret = request.headers["x-telegram-bot-api-secret-token"]
    local ok, why, status = self:receive(request.body, secret, options.secret)
    return ok and 200 or { status = status, body = why .. "\n" }
  end)
end

function Bot:set_webhook(options)
  return self:call("setWebhook", updates.webhook_parameters(options))
end

function Bot:delete_webhook(options)
  return self:call("deleteWebhook", { drop_pending_updates = options and options.drop_pending or false })
end

-- Messages ------------------------------------------------------------------------------------------------------------

local function keyboard(rows)
  local keys = json.array {}
  for i, row in ipairs(rows) do
    keys[i] = json.array {}
    for j, button in ipairs(row) do
      keys[i][j] = { text = button.text, callback_data = button.data, url = button.url }
    end
  end
  return { inline_keyboard = keys }
end

local own_options = { reply_to = true, buttons = true, as = true }

-- The parameters that the options of a message become.
local function fields_of(chat, options)
  options = options or {}
  local mode = options.parse_mode
  if mode ~= nil and mode ~= "HTML" then
    failure.refuse("parse_mode is HTML or left out, got %s", tostring(mode))
  end
  local fields = { chat_id = chat }
  for name, value in pairs(options) do
    if not own_options[name] then
      fields[name] = value
    end
  end
  if options.reply_to then
    fields.reply_parameters = { message_id = options.reply_to, allow_sending_without_reply = true }
  end
  if options.buttons then
    fields.reply_markup = keyboard(options.buttons)
  end
  calls.check_buttons(fields.reply_markup)
  return fields
end

function Bot:send_text(chat, body, options)
  local fields = fields_of(chat, options)
  local parts = text.split(body, text_limit, fields.parse_mode)
  if #parts == 0 then
    failure.refuse "the text of a message is empty"
  end
  local markup, messages = fields.reply_markup, {}
  for i, part in ipairs(parts) do
    local own = copy(fields)
    own.text = part
    own.reply_markup = i == #parts and markup or nil
    own.reply_parameters = i == 1 and fields.reply_parameters or nil
    messages[i] = self:call("sendMessage", own)
  end
  return messages[#messages], messages
end

function Bot:edit_text(chat, message_id, body, options)
  local fields = fields_of(chat, options)
  fields.message_id, fields.reply_parameters = message_id, nil
  fields.text = text.trim(body, text_limit, fields.parse_mode)
  if not fields.text:find "%S" then
    failure.refuse "the text of a message is empty"
  end
  return edits.edit(self, fields, function() return (self:send_text(chat, body, options)) end)
end

function Bot:delete_message(chat, message_id)
  local ok, problem = pcall(self.call, self, "deleteMessage", { chat_id = chat, message_id = message_id })
  if not ok and not failure.is(problem, "not_deletable") then
    error(problem, 0)
  end
  return ok
end

local function captioned(chat, caption, options)
  local fields = fields_of(chat, options)
  fields.caption = pictures.caption(caption, fields.parse_mode)
  return fields
end

function Bot:send_photo(chat, picture, caption, options)
  local kind = options and options.as == "document" and "document" or "photo"
  return pictures.send(self, picture, captioned(chat, caption, options), kind)
end

function Bot:send_document(chat, picture, caption, options)
  return pictures.send(self, picture, captioned(chat, caption, options), "document")
end

function Bot:send_album(chat, list, caption, options)
  local fields = captioned(chat, caption, options)
  if fields.reply_markup then
    failure.refuse "an album has no buttons: send them with a text after it"
  end
  return pictures.send_album(self, list, fields)
end

-- Telegram shows an action for five seconds, or until a message comes.
local action_interval = 4

function Bot:chat_action(chat, action, fn, ...)
  local function show()
    local ok, problem = pcall(self.attempt, self, "sendChatAction", { chat_id = chat, action = action })
    if not ok and type(problem) == "table" and problem.code == "cancelled" then
      error(problem, 0)
    elseif failure.is(problem, "blocked") then
      self.state:set_blocked(chat, true)
    elseif not ok then
      self.log.debug(tostring(problem))
    end
  end
  if not fn then
    return show()
  end
  local arguments = table.pack(...)
  return task.scope(function(scope)
    local showing = scope:spawn(function()
      while not self.state:is_blocked(chat) do
        show()
        task.sleep(action_interval)
      end
    end)
    local _ <close> = setmetatable({}, { __close = function() showing:cancel() end })
    return fn(table.unpack(arguments, 1, arguments.n))
  end)
end

function Bot:answer_callback(query, body, options)
  local parameters = copy(options)
  parameters.callback_query_id = type(query) == "table" and query.id or query
  -- 200 characters: https://core.telegram.org/bots/api#answercallbackquery
  parameters.text = body and text.trim(body, 200)
  local ok, problem = pcall(self.call, self, "answerCallbackQuery", parameters)
  if not ok and not failure.is(problem, "old_query") then
    error(problem, 0)
  end
  return ok
end

function Bot:set_commands(commands, language)
  return self:call("setMyCommands", { commands = json.array(commands), language_code = language })
end

function Bot:is_blocked(chat)
  return self.state:is_blocked(chat)
end

return telegram
