-- Who may use the bot, and what each user has chosen.

local fs = require "fs"
local json = require "json"

local users = {}

local Users = {}
Users.__index = Users

function users.open(folder, settings)
  fs.mkdir(folder)
  return setmetatable({ folder = folder, settings = settings, chosen = {} }, Users)
end

function Users:is_admin(id)
  return self.settings.admins[tostring(id)] == true
end

function Users:may(id)
  local allowed = self.settings.users
  return allowed == "all" or allowed[tostring(id)] == true or self:is_admin(id)
end

function Users:path(id)
  return fs.join(self.folder, ("%d.json"):format(id))
end

--- What a user has chosen: `avatar`, `preset`, `count`, `language`.
function Users:choice(id)
  local choice = self.chosen[id]
  if not choice then
    local path = self:path(id)
    choice = fs.exists(path) and json.decode(fs.read(path)) or {}
    self.chosen[id] = choice
  end
  return choice
end

--- Sets one of the choices; written only when it is another.
function Users:choose(id, name, value)
  local choice = self:choice(id)
  if choice[name] ~= value then
    choice[name] = value
    fs.write(self:path(id), json.encode(choice))
  end
end

return users
