-- When a call may leave: one message a second to a chat, 20 a minute to a group, 30 calls a second in all, and nothing
-- while Telegram asks to wait. These numbers are rough guides of Telegram's; the word that counts is its `retry_after`.
-- https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this

local task = require "task"

local Pacing = {}
Pacing.__index = Pacing

local chat_interval, group_messages, group_period, total_interval = 1, 20, 60, 1 / 30

local pacing = {}

function pacing.new()
  return setmetatable({ gate = task.semaphore(), next = 0, pause_end = 0, chats = {}, count = 0 }, Pacing)
end

local function sleep_until(time)
  local seconds = time - task.now()
  if seconds > 0 then
    task.sleep(seconds)
  end
end

--- Nothing more leaves for so long.
function Pacing:pause(seconds)
  self.pause_end = math.max(self.pause_end, task.now() + seconds)
end

--- Waits until nothing asks to wait: of all that long polling minds.
function Pacing:wait_for_pause()
  -- Another pause may begin during the first.
  while task.now() < self.pause_end do
    sleep_until(self.pause_end)
  end
end

--- Waits for the turn of one call, in the order of asking.
function Pacing:enter()
  local _ <close> = self.gate:acquire()
  sleep_until(self.next)
  self:wait_for_pause()
  self.next = task.now() + total_interval
end

-- Forgets chats that nobody waits for and that are free again.
function Pacing:prune()
  for name, chat in pairs(self.chats) do
    if chat.waiting == 0 and chat.next + group_period < task.now() then
      self.chats[name] = nil
    end
  end
end

local function is_group(chat)
  local name = tostring(chat)
  return name:sub(1, 1) == "-" or name:sub(1, 1) == "@"
end

--- Waits for the turn of a call that puts so many messages into a chat, after those that asked before.
function Pacing:enter_chat(id, messages)
  self.count = self.count + 1
  if self.count % 256 == 0 then
    self:prune()
  end
  local name = tostring(id)
  local chat = self.chats[name] or { gate = task.semaphore(), next = 0, waiting = 0, sent = {} }
  self.chats[name] = chat
  chat.waiting = chat.waiting + 1
  local _ <close> = setmetatable({}, { __close = function() chat.waiting = chat.waiting - 1 end })
  local _ <close> = chat.gate:acquire()
  sleep_until(chat.next)
  if is_group(id) then
    -- An album that is more than the rest of this minute waits for the messages that are in its way.
    local first_in_way = #chat.sent + messages - group_messages
    if first_in_way > 0 then
      sleep_until(chat.sent[math.min(first_in_way, #chat.sent)] + group_period)
    end
  end
  self:enter()
  local now = task.now()
  chat.next = now + chat_interval * messages
  for _ = 1, is_group(id) and messages or 0 do
    chat.sent[#chat.sent + 1] = now
  end
  while #chat.sent > group_messages do
    table.remove(chat.sent, 1)
  end
end

--- Gives the turn back: Telegram refused what was to be sent.
function Pacing:leave_chat(id, messages)
  local chat = self.chats[tostring(id)]
  if chat then
    chat.next = chat.next - chat_interval * messages
    for _ = 1, math.min(messages, #chat.sent) do
      table.remove(chat.sent)
    end
  end
end

return pacing
