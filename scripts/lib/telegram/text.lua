-- Text as Telegram counts it: UTF-16 units, after the entities of HTML are read. Needs no module of falhost.
--
-- `mode` is nil (plain text) or "HTML". https://core.telegram.org/bots/api#html-style

local text = {}

local escapes = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

--- Makes any text safe inside HTML, attributes too.
function text.escape(value)
  return (tostring(value):gsub('[&<>"]', escapes))
end

--- The text with U+FFFD for each byte that is not UTF-8: Telegram refuses the whole message otherwise.
function text.valid(value)
  local at, parts = 1, {}
  while true do
    local length, fault = utf8.len(value, at)
    if length then
      parts[#parts + 1] = value:sub(at)
      return table.concat(parts)
    end
    parts[#parts + 1] = value:sub(at, fault - 1)
    parts[#parts + 1] = "\u{FFFD}"
    at = fault + 1
  end
end

-- Characters that change the one before them, which a cut would spoil: accents, variants of an emoji, its skin.
local function joins(code)
  return code == 0x200D or code == 0x20E3 or (code >= 0x300 and code <= 0x36F) or (code >= 0xFE00 and code <= 0xFE0F)
    or (code >= 0x1F3FB and code <= 0x1F3FF)
end

local function units(code)
  return code > 0xFFFF and 2 or 1
end

-- A tag or an entity at a place: its text and its units, and for tags the name and whether it opens.
local function markup(value, at)
  local entity = value:match("^&#?%w+;", at)
  if entity then
    local code = tonumber(entity:match "^&#(%d+);") or tonumber(entity:match "^&#[xX](%x+);" or "", 16)
    return { text = entity, units = code and units(code) or 1 }
  end
  local tag, slash, name = value:match("^(<(/?)([%w-]+)[^>]*>)", at)
  if tag then
    return { text = tag, units = 0, name = name, opens = slash == "" }
  end
end

-- The pieces that are never cut: characters with what joins them, entities, tags.
local function pieces(value, mode)
  local list, at = {}, 1
  while at <= #value do
    local piece = mode == "HTML" and markup(value, at)
    if not piece then
      local after = utf8.offset(value, 2, at)
      local total, last = units(utf8.codepoint(value, at)), nil
      while after <= #value do
        local code = utf8.codepoint(value, after)
        if last ~= 0x200D and not joins(code) then
          break
        end
        total, last, after = total + units(code), code, utf8.offset(value, 2, after)
      end
      piece = { text = value:sub(at, after - 1), units = total }
    end
    list[#list + 1] = piece
    at = at + #piece.text
  end
  return list
end

--- How many units Telegram counts.
function text.length(value, mode)
  local total = 0
  for _, piece in ipairs(pieces(text.valid(value), mode)) do
    total = total + piece.units
  end
  return total
end

-- Follows a tag in the list of those that are open.
local function follow(open, piece)
  if not piece.name then
    return
  end
  if piece.opens then
    open[#open + 1] = piece
    return
  end
  for i = #open, 1, -1 do
    if open[i].name == piece.name then
      table.remove(open, i)
      return
    end
  end
end

local function closing(open)
  local parts = {}
  for i = #open, 1, -1 do
    parts[#parts + 1] = "</" .. open[i].name .. ">"
  end
  return table.concat(parts)
end

--- The text, or as much of it as leaves room for "…"; tags that are open there are closed.
function text.trim(value, limit, mode)
  value = text.valid(value)
  -- No text has more units than bytes.
  if #value <= limit or text.length(value, mode) <= limit then
    return value
  end
  local kept, open, total = {}, {}, 0
  for _, piece in ipairs(pieces(value, mode)) do
    if total + piece.units > limit - 1 then
      break
    end
    total = total + piece.units
    kept[#kept + 1] = piece.text
    follow(open, piece)
  end
  return table.concat(kept):gsub("%s+$", "") .. "…" .. closing(open)
end

-- Where a part that begins at `first` ends: at a line, else at a word, else where it is full.
local function part_end(list, first, limit)
  local total, last, line, word = 0, first, nil, nil
  for i = first, #list do
    total = total + list[i].units
    if total > limit and i > first then
      return line and line > (first + i) // 2 and line or word or last
    end
    last = i
    if list[i].text == "\n" then
      line = i
    elseif list[i].text == " " then
      word = i
    end
  end
  return last
end

--- The text as parts of at most `limit` units, cut at lines or words; tags that are open at a cut are closed and opened
--- again. White space at the cuts is left out, and parts without any text.
function text.split(value, limit, mode)
  value = text.valid(value)
  local list, parts, open, first = pieces(value, mode), {}, {}, 1
  while first <= #list do
    local last = part_end(list, first, limit)
    local body = {}
    for _, tag in ipairs(open) do
      body[#body + 1] = tag.text
    end
    local has_text = false
    for i = first, last do
      body[#body + 1] = list[i].text
      has_text = has_text or (list[i].units > 0 and list[i].text:find "%S" ~= nil)
      follow(open, list[i])
    end
    if has_text then
      local part = table.concat(body)
      parts[#parts + 1] = (last < #list and part:gsub("%s+$", "") or part) .. closing(open)
    end
    first = last + 1
    while list[first] and #parts > 0 and list[first].text:find "^%s$" do
      first = first + 1
    end
  end
  return parts
end

--- Whether two secrets are equal, in a time that the expected one's length alone decides; nothing equals an empty one.
function text.same_secret(given, expected)
  if type(given) ~= "string" or type(expected) ~= "string" or expected == "" then
    return false
  end
  local difference = #given ~ #expected
  for i = 1, #expected do
    difference = difference | ((given:byte(i) or 0) ~ expected:byte(i))
  end
  return difference == 0
end

return text
