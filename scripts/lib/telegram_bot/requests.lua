-- What users asked for, a small file each: it is on the disk before Telegram hears that the update was taken, so that a
-- process that is killed loses none.
--
-- A request is "accepted" (to be made), "made" (its pictures are to be sent), "cancelling", or has ended: "delivered",
-- "failed", "cancelled".

local fs = require "fs"
local json = require "json"
local task = require "task"

local requests = {}

local Store = {}
Store.__index = Store

local open = { accepted = true, made = true, cancelling = true }

local function day(time)
  return os.date("!%Y-%m-%d", time)
end

--- Reads the requests of a folder; those that ended before so many days are removed.
function requests.open(folder, keep_days, log)
  fs.mkdir(folder)
  local self = setmetatable({ folder = folder, byid = {}, gate = task.semaphore() }, Store)
  for _, path in ipairs(fs.glob(fs.join(folder, "*.json"))) do
    local ok, request = pcall(json.decode, fs.read(path))
    if not ok or type(request) ~= "table" or not request.id then
      log.error(("%s is no request (%s): it is left alone"):format(path, tostring(request)))
    elseif not open[request.state] and request.created < os.time() - keep_days * 24 * 3600 then
      fs.remove(path)
    else
      self.byid[request.id] = request
    end
  end
  return self
end

--- Writes a request as it is now; returns when that is on the disk. A task that is cancelled meanwhile finishes it
--- first: what is written later is newer.
function Store:save(request)
  task.shield(function()
    local _ <close> = self.gate:acquire()
    fs.write(fs.join(self.folder, ("%d.json"):format(request.id)), json.encode(request))
  end)
  self.byid[request.id] = request
end

function Store:get(id)
  return self.byid[id]
end

--- The requests that are not at their end, of one user or of all; oldest first.
function Store:unfinished(user)
  local list = {}
  for _, request in pairs(self.byid) do
    if open[request.state] and (not user or request.user == user) then
      list[#list + 1] = request
    end
  end
  table.sort(list, function(a, b) return a.id < b.id end)
  return list
end

--- How many pictures a user has had and ordered today, and what they cost or may cost; what failed does not count.
function Store:today(user)
  local pictures, dollars, today = 0, 0.0, day(os.time())
  for _, request in pairs(self.byid) do
    if request.user == user and day(request.created) == today then
      local counts = open[request.state] or request.state == "delivered"
      pictures = pictures + (counts and request.count or 0)
      dollars = dollars + (request.price or counts and request.estimate or 0)
    end
  end
  return pictures, dollars
end

return requests
