-- What there is to choose from, and what a user has chosen.

local avatars = require "avatars"

local choices = {}

--- The avatars that a user may draw.
function choices.drawable(app, user)
  local allowed, list = app.settings.avatars, {}
  for _, avatar in ipairs(avatars.list()) do
    local may = allowed == "all" or app.users:is_admin(user) or type(allowed) == "table" and allowed[avatar.id]
      or allowed == "own" and avatar.user_id == tostring(user)
    if may and avatar.status == "completed" and not avatar.archived then
      list[#list + 1] = avatar
    end
  end
  return list
end

--- The avatar of a list that a word names: by its id or name.
function choices.find(list, word)
  for _, avatar in ipairs(list) do
    if avatar.id:lower() == word:lower() or avatar.name:lower() == word:lower() then
      return avatar
    end
  end
end

--- The avatar that a user draws when a request names none.
function choices.usual(app, user, list)
  local id = app.users:choice(user).avatar or app.settings.default_avatar
  return id and choices.find(list, id) or #list == 1 and list[1] or nil
end

--- A keyboard of choices: what a button carries is 64 bytes at most.
function choices.keyboard(prefix, items)
  local rows = {}
  for _, item in ipairs(items) do
    local data = prefix .. item.data
    if #data <= 64 then
      if #rows == 0 or #rows[#rows] == 2 then
        rows[#rows + 1] = {}
      end
      table.insert(rows[#rows], { text = item.text, data = data })
    end
  end
  return #rows > 0 and rows or nil
end

function choices.avatar_buttons(list)
  local items = {}
  for i, avatar in ipairs(list) do
    items[i] = { text = avatar.name, data = avatar.id }
  end
  return choices.keyboard("avatar:", items)
end

--- The preset of a user; nil for the project's default.
function choices.preset_of(app, user)
  return app.users:choice(user).preset or app.settings.default_preset
end

--- How many pictures a request of a user makes.
function choices.count_of(app, user)
  return math.min(app.users:choice(user).count or 1, app.settings.pictures_per_request)
end

return choices
