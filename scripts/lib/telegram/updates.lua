-- Updates, each once and in order: by long polling or from a webhook, kept until they are done.

local failure = require "telegram.failure"
local json = require "json"
local task = require "task"
local text = require "telegram.text"

local updates = {}

-- How long it waits after a poll that failed (seconds): 1, 2, 4, …
local longest_wait = 30
-- How many updates of a webhook may be open at a time: they are all written whenever one comes.
local most_open = 1000

-- The chat of an update, where it has one.
local function chat_of(update)
  local holder = update.message or update.edited_message or update.channel_post
    or update.callback_query and update.callback_query.message or update.my_chat_member
  return type(holder) == "table" and type(holder.chat) == "table" and holder.chat.id or nil
end

-- Who writes has not blocked the bot any more.
local function note_chat(bot, update)
  local chat = chat_of(update)
  if not chat then
    return
  end
  local member = update.my_chat_member and update.my_chat_member.new_chat_member
  local status = type(member) == "table" and member.status
  bot.state:set_blocked(chat, status == "kicked" or status == "left")
end

-- Keeps the updates that are new, and returns them.
local function take(bot, list, offset)
  local fresh, seen = {}, {}
  for _, update in ipairs(list) do
    if not bot.state:knows(update.update_id) and not seen[update.update_id] then
      seen[update.update_id] = true
      fresh[#fresh + 1] = update
    end
  end
  bot.state:take(fresh, offset)
  if #fresh > 0 then
    bot.state:save()
    for _, update in ipairs(fresh) do
      note_chat(bot, update)
    end
  end
  return fresh
end

-- One poll: the list of updates, or nil and the error after which it may be tried again.
local function poll(bot, options)
  local timeout = options.timeout or 50
  local ok, result = pcall(bot.attempt, bot, "getUpdates", {
    offset = bot.state.offset, timeout = timeout, limit = options.limit,
    allowed_updates = options.allowed and json.array(options.allowed),
  }, nil, timeout + 10)
  if ok then
    return result
  end
  if type(result) ~= "table" or not (result.retryable or failure.is(result, "conflict")) then
    error(result, 0)
  end
  return nil, result
end

-- Says once what is wrong, and once when that is over.
local function report(bot, polling, problem)
  local said = problem and (problem.reason or problem.code)
  if said == polling.said then
    return
  end
  polling.said = said
  if problem then
    bot.log.warning(("%s; polling goes on"):format(problem.message))
  else
    bot.log.info "telegram: getUpdates: works again"
  end
end

-- The next updates, whatever it takes.
local function next_updates(bot, options, polling)
  while true do
    local list, problem = poll(bot, options)
    if list then
      report(bot, polling, nil)
      polling.failures, polling.conflict_begin = 0, nil
      local last = list[#list]
      return take(bot, list, last and last.update_id + 1)
    end
    if problem.reason == "conflict" then
      polling.conflict_begin = polling.conflict_begin or task.now()
      if task.now() - polling.conflict_begin > bot.patience then
        error(problem, 0)
      end
    end
    -- After a 429 every call waits as long as Telegram asks.
    if problem.reason ~= "rate_limited" then
      report(bot, polling, problem)
      polling.failures = polling.failures + 1
      task.sleep(math.min(2.0 ^ (polling.failures - 1), longest_wait))
    end
  end
end

-- The next update that a webhook brought; `left` are those that are given before them.
local function next_received(bot, left)
  while true do
    local update = bot.received:receive()
    if not left[update.update_id] then
      return { update }
    end
    left[update.update_id] = nil
  end
end

--- The iterator of `bot:updates`: first what was left open when the bot ended.
function updates.iterate(bot, options)
  local queue, polling = table.move(bot.state.pending, 1, #bot.state.pending, 1, {}), { failures = 0 }
  local left = {}
  for _, update in ipairs(queue) do
    left[update.update_id] = true
  end
  return function()
    while true do
      local update = table.remove(queue, 1)
      if update then
        return update
      end
      queue = options.webhook and next_received(bot, left) or next_updates(bot, options, polling)
    end
  end
end

-- Returns when an update is on disk; the first delivery of it hands it to the iterator.
local function keep(bot, update)
  local id = update.update_id
  if bot.state:knows(id) then
    -- It may be on its way to the disk.
    bot.state:settle()
    if not bot.state:knows(id) then
      error(("telegram: update %d could not be kept"):format(id), 0)
    end
    return
  end
  local ok, err = pcall(function()
    take(bot, { update })
    bot.received:send(update)
  end)
  if not ok then
    bot.state:forget(id)
    error(err, 0)
  end
end

--- One webhook delivery: checks the secret, keeps the update, and hands it to the iterator.
function updates.receive(bot, body, secret, expected)
  if not text.same_secret(secret, expected) then
    return false, "wrong secret token", 401
  end
  local ok, update = pcall(json.decode, body)
  if not ok or type(update) ~= "table" or math.type(update.update_id) ~= "integer" then
    return false, "no update", 400
  end
  if #bot.state.pending >= most_open and not bot.state:knows(update.update_id) then
    return false, "too many updates are open", 503
  end
  keep(bot, update)
  return true
end

--- Ends an update: it will not come again.
function updates.finish(bot, update)
  local id = type(update) == "table" and update.update_id or update
  if bot.state:finish(id) then
    bot.state:save()
  end
end

-- https://core.telegram.org/bots/webhooks
local ports = { ["443"] = true, ["80"] = true, ["88"] = true, ["8443"] = true }

--- Checks what Telegram would refuse, and what it would take and never reach.
function updates.webhook_parameters(options)
  local url, secret = options.url, options.secret
  if type(url) ~= "string" or not url:find "^https://" then
    failure.refuse("a webhook's url begins with https://, got %s", tostring(url))
  end
  local port = url:match "^https://[^/?#]*:(%d+)" or "443"
  if not ports[port] then
    failure.refuse("Telegram sends to the ports 443, 80, 88 and 8443 only, not to %s", port)
  end
  if type(secret) ~= "string" or not secret:find "^[%w_-]+$" or #secret > 256 then
    failure.refuse "a webhook's secret is 1 to 256 of A-Z, a-z, 0-9, _ and -"
  end
  return {
    url = url, secret_token = secret, max_connections = options.max_connections,
    allowed_updates = options.allowed and json.array(options.allowed), drop_pending_updates = options.drop_pending,
  }
end

return updates
