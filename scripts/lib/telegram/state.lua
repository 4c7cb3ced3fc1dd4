-- What a bot remembers across restarts, in one JSON file that is replaced whole: updates that are not done, the ids of
-- those that are, the offset, the ids of files that Telegram has, and who blocked the bot.

local fs = require "fs"
local json = require "json"
local task = require "task"

local State = {}
State.__index = State

-- Telegram repeats an update for a day at most, and a hundred at a time.
local kept_done, kept_files = 500, 500
-- After a week without an update the next id may be any: an offset as old as that would hide it.
local offset_lifetime = 6 * 24 * 3600

local state = {}

local function read(path, bot_id, log)
  if not path or not fs.exists(path) then
    return {}
  end
  local ok, content = pcall(json.decode, fs.read(path))
  if not ok or type(content) ~= "table" then
    error(("telegram: %s is no state of a bot (%s): mend it, or delete it and updates may come twice"):format(
      path, tostring(content)), 0)
  end
  if content.bot ~= bot_id then
    log.warning(("telegram: %s is of bot %s: begins anew for bot %s"):format(path, tostring(content.bot), bot_id))
    return {}
  end
  return content
end

--- Reads the state of a bot; `path` false keeps nothing.
function state.open(path, bot_id, log)
  local content = read(path, bot_id, log)
  local self = setmetatable({
    path = path, bot = bot_id, gate = task.semaphore(), version = 0, saved = 0,
    pending = content.pending or {}, done = content.done or {}, files = content.files or {},
    blocked = content.blocked or {}, moved = content.moved or {}, known = {},
  }, State)
  if content.offset and os.time() - (content.time or 0) < offset_lifetime then
    self.offset, self.time = content.offset, content.time
  end
  for _, update in ipairs(self.pending) do
    self.known[update.update_id] = true
  end
  for _, id in ipairs(self.done) do
    self.known[id] = true
  end
  if path then
    local folder = path:match "^(.*)/[^/]+$"
    if folder and folder ~= "" then
      fs.mkdir(folder)
    end
  end
  return self
end

function State:encoded()
  return json.encode {
    bot = self.bot, offset = self.offset, time = self.time, pending = json.array(self.pending),
    done = json.array(self.done), files = json.array(self.files), blocked = self.blocked, moved = self.moved,
  }
end

--- Writes what changed; when it returns, everything up to the call is on disk. Calls that wait share one write.
function State:save()
  self.version = self.version + 1
  local mine = self.version
  if not self.path then
    return
  end
  local _ <close> = self.gate:acquire()
  if self.saved >= mine then
    return
  end
  local writing = self.version
  fs.write(self.path, self:encoded())
  self.saved = writing
end

--- Returns when what was changed before the call is on disk, whoever writes it.
function State:settle()
  if not self.path or self.saved >= self.version then
    return
  end
  local _ <close> = self.gate:acquire()
  if self.saved < self.version then
    local writing = self.version
    fs.write(self.path, self:encoded())
    self.saved = writing
  end
end

--- Whether an update was taken before.
function State:knows(id)
  return self.known[id] == true
end

--- Takes new updates; they stay until `finish`. Does not save.
function State:take(updates, offset)
  for _, update in ipairs(updates) do
    self.known[update.update_id] = true
    self.pending[#self.pending + 1] = update
  end
  self.offset, self.time = offset or self.offset, os.time()
end

--- Gives up an update that could not be kept: it may be taken again. Does not save.
function State:forget(id)
  self.known[id] = nil
  for i, update in ipairs(self.pending) do
    if update.update_id == id then
      table.remove(self.pending, i)
      return
    end
  end
end

--- Ends an update; true when it was open. Does not save.
function State:finish(id)
  for i, update in ipairs(self.pending) do
    if update.update_id == id then
      table.remove(self.pending, i)
      self.done[#self.done + 1] = id
      if #self.done > kept_done then
        self.known[table.remove(self.done, 1)] = nil
      end
      return true
    end
  end
  return false
end

--- The id under which Telegram has a picture, of the kind "photo" or "document".
function State:file_id(kind, key)
  for _, file in ipairs(self.files) do
    if file.kind == kind and file.key == key then
      return file.id
    end
  end
end

--- Remembers an id, nil forgets it. The oldest go first.
function State:set_file_id(kind, key, id)
  for i, file in ipairs(self.files) do
    if file.kind == kind and file.key == key then
      if file.id == id then
        return
      end
      table.remove(self.files, i)
      break
    end
  end
  if id then
    self.files[#self.files + 1] = { kind = kind, key = key, id = id }
    if #self.files > kept_files then
      table.remove(self.files, 1)
    end
  end
  self:save()
end

function State:is_blocked(chat)
  return self.blocked[tostring(chat)] == true
end

function State:set_blocked(chat, is_blocked)
  local name = tostring(chat)
  if (self.blocked[name] == true) ~= is_blocked then
    self.blocked[name] = is_blocked or nil
    self:save()
  end
end

--- Where a group is now that became a supergroup.
function State:moved_to(chat)
  return self.moved[tostring(chat)] or chat
end

function State:set_moved(chat, to)
  self.moved[tostring(chat)] = to
  self:save()
end

return state
