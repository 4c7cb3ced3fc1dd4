-- Edits of messages, for progress: at most one in three seconds a message, only when the text changed, the newest wins.

local failure = require "telegram.failure"
local json = require "json"
local task = require "task"

local edits = {}

local interval = 3
-- A message that nobody edited for so long is forgotten (seconds): its next edit is a first one.
local lifetime = 3600

function edits.new()
  return { messages = {}, count = 0 }
end

local function prune(book)
  for name, message in pairs(book.messages) do
    if message.waiting == 0 and message.next + lifetime < task.now() then
      book.messages[name] = nil
    end
  end
end

local function entry(book, chat, id)
  book.count = book.count + 1
  if book.count % 256 == 0 then
    prune(book)
  end
  local name = ("%s/%s"):format(chat, id)
  local message = book.messages[name]
  if not message then
    message = { gate = task.semaphore(), next = task.now(), serial = 0, waiting = 0 }
    book.messages[name] = message
  end
  return message
end

--- Edits when its turn comes. `replace` is called when the message cannot be edited any more, and gives a new one.
--- Results: the id of the message that shows the text, and "edited", "unchanged", "superseded" or "new".
function edits.edit(bot, parameters, replace)
  local chat, id = parameters.chat_id, parameters.message_id
  local message = entry(bot.edits, chat, id)
  local shown = json.encode(parameters)
  if message.shown == shown and message.waiting == 0 then
    return message.replacement or id, "unchanged"
  end
  message.serial = message.serial + 1
  local mine = message.serial
  message.waiting = message.waiting + 1
  local _ <close> = setmetatable({}, { __close = function() message.waiting = message.waiting - 1 end })
  local _ <close> = message.gate:acquire()
  local wait = message.next - task.now()
  if wait > 0 then
    task.sleep(wait)
  end
  if message.serial ~= mine then
    return message.replacement or id, "superseded"
  end
  if message.shown == shown then
    return message.replacement or id, "unchanged"
  end
  if message.replacement then
    parameters.message_id = message.replacement
  end
  local ok, problem = pcall(bot.call, bot, "editMessageText", parameters)
  message.next = task.now() + interval
  local outcome = "edited"
  if failure.is(problem, "not_modified") then
    outcome = "unchanged"
  elseif failure.is(problem, "not_editable") then
    message.replacement, outcome = replace().message_id, "new"
  elseif not ok then
    error(problem, 0)
  end
  message.shown = shown
  return message.replacement or id, outcome
end

return edits
