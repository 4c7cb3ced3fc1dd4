-- What admins are told without asking: each thing once an hour, and broken presets and rules when they break.

local fal = require "fal"
local log = require "log"
local task = require "task"
local texts = require "telegram_bot.texts"

local notices = {}

local Notices = {}
Notices.__index = Notices

local interval = 3600

function notices.new(app)
  return setmetatable({ app = app, told = {}, problems = {} }, Notices)
end

function Notices:send(name, ...)
  for _, admin in ipairs(self.app.settings.admin_ids) do
    local text = texts.say(self.app.users:choice(admin).language or "en", name, ...)
    local ok, err = pcall(self.app.bot.send_text, self.app.bot, admin, text)
    if not ok then
      log.warning(("admin %s: %s"):format(tostring(admin), tostring(err)))
      task.sleep(0) -- raises in a task that is cancelled
    end
  end
end

--- Tells admins; the same topic at most once an hour.
function Notices:tell(topic, name, ...)
  local now = task.now()
  if self.told[topic] and now - self.told[topic] < interval then
    return
  end
  self.told[topic] = now
  self.app:spawn(self.send, self, name, ...)
end

--- Looks at presets and rules, and tells what has broken since, or that all is well again.
function Notices:look()
  local seen = {}
  for _, problem in ipairs(fal.reload_problems()) do
    seen[problem] = true
    if not self.problems[problem] then
      self:send("notice_broken", problem)
    end
  end
  if next(self.problems) and not next(seen) then
    self:send "notice_well"
  end
  self.problems = seen
end

--- Looks again and again, without end.
function Notices:watch()
  while true do
    self:look()
    task.sleep(self.app.settings.watch_seconds)
  end
end

return notices
