-- Calls of the Bot API: each has its turn, is tried again while that may help, and is an error value when it fails.

local failure = require "telegram.failure"
local http = require "http"
local json = require "json"
local task = require "task"

local calls = {}

local call_timeout, upload_timeout = 30, 300
-- How often in a row one call may be told to wait.
local most_waits = 10
-- The data of a button (bytes). https://core.telegram.org/bots/api#inlinekeyboardbutton
local data_limit = 64

-- A text without the token.
local function hidden(bot, value)
  local secret = bot.token:match ":(.*)"
  return (tostring(value):gsub(secret:gsub("%p", "%%%0"), "<token>"))
end

local function multipart(parameters, files)
  local parts = {}
  for name, value in pairs(parameters) do
    parts[#parts + 1] = { name = name, value = type(value) == "table" and json.encode(value) or tostring(value) }
  end
  return table.move(files, 1, #files, #parts + 1, parts)
end

-- One request, whatever comes of it.
local function exchange(bot, method, parameters, files, timeout)
  -- No redirects: the token is part of the URL.
  local options = { timeout = timeout or files and upload_timeout or call_timeout, redirects = 0 }
  if files then
    options.multipart = multipart(parameters, files)
  else
    options.json = parameters
  end
  local ok, response = pcall(http.post, bot.root .. method, options)
  if not ok then
    if type(response) == "table" and response.code ~= "network" and response.code ~= "timeout" then
      error(response, 0)
    end
    error(failure.of_network(method, response, hidden(bot, response)), 0)
  end
  local is_json, answer = pcall(json.decode, response.body)
  if is_json and type(answer) == "table" and answer.ok == true then
    return answer.result
  end
  error(failure.of_answer(method, is_json and type(answer) == "table" and answer or {}, response.status,
    parameters.chat_id), 0)
end

local function check_chat(bot, method, chat)
  if bot.state:is_blocked(chat) then
    error(failure.blocked(method, chat), 0)
  end
end

-- Waits for the turn of a call. `messages` is how many it puts into its chat, 0 when it has been counted.
local function wait_for_turn(bot, method, parameters, messages)
  if method == "getUpdates" then
    bot.pacing:wait_for_pause()
  elseif messages > 0 then
    bot.pacing:enter_chat(parameters.chat_id, messages)
    -- One of the messages before it may have been refused meanwhile.
    check_chat(bot, method, parameters.chat_id)
  else
    bot.pacing:enter()
  end
end

--- One try, when its turn has come; a 429 makes every call of the bot wait.
function calls.attempt(bot, method, parameters, files, timeout, messages)
  wait_for_turn(bot, method, parameters, messages or 0)
  local ok, result = pcall(exchange, bot, method, parameters, files, timeout)
  if ok then
    return result
  end
  if failure.is(result, "rate_limited") then
    local seconds = result.retry_after or 1
    bot.log.warning(("telegram: %s: waits %d s, as Telegram asks"):format(method, seconds))
    bot.pacing:pause(seconds)
  end
  error(result, 0)
end

-- Tries while that may help: after a 429, a 5xx, a lost connection.
local function persevere(bot, method, parameters, files, messages)
  local begin, pause, waits = task.now(), 0.5, 0
  while true do
    local ok, result = pcall(calls.attempt, bot, method, parameters, files, nil, messages)
    if ok then
      return result
    end
    messages = 0
    if failure.is(result, "rate_limited") and waits < most_waits then
      waits = waits + 1
      begin = task.now() + (result.retry_after or 1)
    elseif type(result) == "table" and result.retryable and not failure.is(result, "rate_limited")
      and task.now() - begin + pause <= bot.patience then
      bot.log.info(("%s; tries again"):format(result.message))
      task.sleep(pause)
      pause = math.min(pause * 2, 15)
    else
      error(result, 0)
    end
  end
end

-- How many messages a call puts into its chat.
local function message_count(method, parameters)
  if method == "sendMediaGroup" then
    return #parameters.media
  end
  return method:find "^send" and method ~= "sendChatAction" and 1 or 0
end

-- Refuses buttons that Telegram would refuse: it does not say which.
function calls.check_buttons(markup)
  for _, row in ipairs(type(markup) == "table" and markup.inline_keyboard or {}) do
    for _, button in ipairs(row) do
      local data = button.callback_data
      if data and (#data < 1 or #data > data_limit) then
        failure.refuse("the data of button %q has %d bytes, of 1 to %d: put an id there", tostring(button.text), #data,
          data_limit)
      end
    end
  end
end

--- A call with its turn, its retries, and what its failure says about the chat; it owns `parameters`.
function calls.call(bot, method, parameters, files)
  calls.check_buttons(parameters.reply_markup)
  local chat = parameters.chat_id
  if not chat then
    return persevere(bot, method, parameters, files, 0)
  end
  parameters.chat_id = bot.state:moved_to(chat)
  check_chat(bot, method, parameters.chat_id)
  local messages = message_count(method, parameters)
  local ok, result = pcall(persevere, bot, method, parameters, files, messages)
  if ok then
    return result
  end
  if type(result) == "table" and result.status then
    bot.pacing:leave_chat(parameters.chat_id, messages)
  end
  if failure.is(result, "blocked") then
    bot.state:set_blocked(parameters.chat_id, true)
  elseif type(result) == "table" and result.migrated_to then
    bot.state:set_moved(chat, result.migrated_to)
    return calls.call(bot, method, parameters, files)
  end
  error(result, 0)
end

return calls
