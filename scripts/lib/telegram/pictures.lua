-- Pictures, by the first way that Telegram takes: a file id that it gave before, the URL, an upload, a document, and at
-- last a text with the link. https://core.telegram.org/bots/api#sending-files

local failure = require "telegram.failure"
local fs = require "fs"
local http = require "http"
local json = require "json"
local text = require "telegram.text"

local pictures = {}

local megabyte = 1024 * 1024
local photo_limit, document_limit, caption_limit = 10 * megabyte, 50 * megabyte, 1024
local album_limit = 10

-- Answers after which another way may do.
local function may_go_on(err)
  return failure.is(err, "bad_file", "bad_picture", "too_large")
end

--- A picture as its sender wrote it: a URL, a path or a table.
local function read(picture)
  if type(picture) == "string" then
    picture = picture:find "^https?://" and { url = picture } or { path = picture }
  end
  if type(picture) ~= "table" or not (picture.url or picture.path or picture.data) then
    failure.refuse "a picture is a URL, a path, or a table with url, path or data"
  end
  return {
    url = picture.url, path = picture.path, data = picture.data, name = picture.name, width = picture.width,
    height = picture.height, key = picture.key or picture.url or picture.path,
  }
end

-- Whether Telegram takes these dimensions as a photo; unknown ones are tried.
local function fits_photo(picture)
  local width, height = picture.width, picture.height
  if not (width and height) then
    return true
  end
  return width + height <= 10000 and math.max(width, height) <= 20 * math.min(width, height)
end

local signatures = { { "\x89PNG", "png" }, { "\xFF\xD8", "jpg" }, { "RIFF", "webp" }, { "GIF8", "gif" } }

-- A name with the extension by which Telegram shows a document as a picture.
local function name_of(picture)
  local name = picture.name or (picture.path or picture.url or ""):match "([^/?#]+)[?#]?[^/]*$"
  if name and name:find "%.%w+$" then
    return name
  end
  for _, signature in ipairs(signatures) do
    if picture.data and picture.data:sub(1, #signature[1]) == signature[1] then
      return "picture." .. signature[2]
    end
  end
  return "picture"
end

-- Makes the bytes of a picture available: `data` or `path`, and `size`. False and why, when they cannot be had.
local function load(picture)
  if picture.size then
    return true
  end
  if picture.data then
    picture.size = #picture.data
    return true
  end
  if picture.path then
    local ok, stat = pcall(fs.stat, picture.path)
    if ok and stat then
      picture.size = stat.size
    end
    return ok and stat ~= nil, ok and "there is no such file" or tostring(stat)
  end
  local ok, response = pcall(http.get, picture.url, { timeout = 120, max_bytes = document_limit })
  if not ok then
    if type(response) == "table" and response.code == "cancelled" then
      error(response, 0)
    end
    return false, tostring(response)
  end
  if not response.ok then
    return false, "status " .. response.status
  end
  picture.data, picture.size = response.body, #response.body
  return true
end

local function part(name, picture)
  local path = not picture.data and picture.path or nil
  return { name = name, path = path, data = picture.data, file_name = name_of(picture) }
end

-- Remembers the id that Telegram gave to what a message shows.
local function remember(bot, picture, message)
  local photo, document = message.photo, message.document
  if picture.key and type(photo) == "table" and #photo > 0 then
    bot.state:set_file_id("photo", picture.key, photo[#photo].file_id)
  elseif picture.key and type(document) == "table" then
    bot.state:set_file_id("document", picture.key, document.file_id)
  end
end

local function merged(fields, more)
  local all = {}
  for name, value in pairs(fields) do
    all[name] = value
  end
  for name, value in pairs(more) do
    all[name] = value
  end
  return all
end

-- Sends as "photo" or "document"; nil and the error after which another way may do.
local function try(bot, kind, picture, fields, value)
  local method = kind == "photo" and "sendPhoto" or "sendDocument"
  local ok, result
  if value then
    ok, result = pcall(bot.call, bot, method, merged(fields, { [kind] = value }))
  else
    ok, result = pcall(bot.call, bot, method, fields, { part(kind, picture) })
  end
  if ok then
    remember(bot, picture, result)
    return result
  end
  if not may_go_on(result) then
    error(result, 0)
  end
  bot.log.info(("%s; tries another way"):format(result.message))
  return nil, result
end

-- By the id that Telegram gave, which it may have forgotten.
local function by_file_id(bot, kind, picture, fields)
  local id = picture.key and bot.state:file_id(kind, picture.key)
  if not id then
    return nil
  end
  local message = try(bot, kind, picture, fields, id)
  if not message then
    bot.state:set_file_id(kind, picture.key, nil)
  end
  return message
end

-- By its bytes, as a photo or as a document; nil and why not.
local function by_upload(bot, kind, picture, fields)
  local loaded, why = load(picture)
  if not loaded then
    return nil, nil, ("telegram: %s: %s"):format(picture.url or picture.path, why)
  end
  if kind == "photo" and picture.size <= photo_limit then
    local message = try(bot, "photo", picture, fields)
    if message then
      return message, "upload"
    end
  end
  if picture.size > document_limit then
    return nil, nil, ("telegram: %d bytes are more than the %d of an upload"):format(picture.size, document_limit)
  end
  local message, problem = try(bot, "document", picture, fields)
  return message, message and "document", problem and problem.message
end

local function by_link(bot, picture, fields, why)
  if not picture.url then
    error(failure.undeliverable("sendPhoto", fields.chat_id, why), 0)
  end
  bot.log.warning(("%s; sends the link"):format(why))
  local link = fields.parse_mode == "HTML" and text.escape(picture.url) or picture.url
  local caption = fields.caption
  local parameters = merged(fields, { text = caption and caption ~= "" and caption .. "\n" .. link or link })
  parameters.caption = nil
  return bot:call("sendMessage", parameters), "link"
end

--- Sends one picture; `fields` are the parameters that every way has.
function pictures.send(bot, picture, fields, kind)
  picture = read(picture)
  if kind == "photo" and not fits_photo(picture) then
    kind = "document"
  end
  local message = by_file_id(bot, kind, picture, fields)
  if message then
    return message, "file_id"
  end
  -- Telegram fetches documents itself only if they are GIF, PDF or ZIP.
  if kind == "photo" and picture.url and picture.url:find "^https?://" then
    message = try(bot, "photo", picture, fields, picture.url)
    if message then
      return message, "url"
    end
  end
  local how, why
  message, how, why = by_upload(bot, kind, picture, fields)
  if message then
    return message, how
  end
  return by_link(bot, picture, fields, why)
end

--- A caption that fits.
function pictures.caption(caption, mode)
  return caption and text.trim(caption, caption_limit, mode)
end

-- The sizes of albums for so many pictures: at most ten each, as even as can be, so that none is left alone.
local function album_sizes(count)
  local albums = (count + album_limit - 1) // album_limit
  local sizes = {}
  for i = 1, albums do
    sizes[i] = count // albums + (i <= count % albums and 1 or 0)
  end
  return sizes
end

-- The media of an album: by ids and URLs, or with `uploads` by bytes. Nil where one has neither, or is too large.
local function album_media(bot, list, fields, uploads)
  local media, files, total = {}, {}, 0
  for i, picture in ipairs(list) do
    local value = picture.key and bot.state:file_id("photo", picture.key)
    if not value and not uploads and picture.url and picture.url:find "^https?://" then
      value = picture.url
    elseif not value then
      if not load(picture) or picture.size > photo_limit then
        return nil
      end
      total = total + picture.size
      files[#files + 1] = part("picture" .. i, picture)
      value = "attach://picture" .. i
    end
    local is_first = i == 1
    media[i] = {
      type = "photo", media = value, caption = is_first and fields.caption or nil,
      parse_mode = is_first and fields.parse_mode or nil,
    }
  end
  return total <= document_limit and media or nil, files
end

local function try_album(bot, list, fields, uploads)
  local media, files = album_media(bot, list, fields, uploads)
  if not media then
    return nil
  end
  local parameters = merged(fields, { media = json.array(media) })
  parameters.caption, parameters.parse_mode = nil, nil
  local ok, result = pcall(bot.call, bot, "sendMediaGroup", parameters, #files > 0 and files or nil)
  if not ok then
    if not may_go_on(result) then
      error(result, 0)
    end
    bot.log.info(("%s; tries another way"):format(result.message))
    return nil
  end
  for i, message in ipairs(result) do
    remember(bot, list[i], message)
  end
  return result
end

local function forget_ids(bot, list)
  for _, picture in ipairs(list) do
    if picture.key and bot.state:file_id("photo", picture.key) then
      bot.state:set_file_id("photo", picture.key, nil)
    end
  end
end

-- One album of at most ten, else its pictures one by one.
local function send_group(bot, list, fields)
  if #list > 1 then
    local messages = try_album(bot, list, fields, false)
    if not messages then
      -- Telegram says that one is bad, not always which.
      forget_ids(bot, list)
      messages = try_album(bot, list, fields, true)
    end
    if messages then
      return messages
    end
  end
  local messages = {}
  for i, picture in ipairs(list) do
    local own = merged(fields, {})
    if i > 1 then
      own.caption, own.parse_mode = nil, nil
    end
    messages[i] = pictures.send(bot, picture, own, "photo")
  end
  return messages
end

--- Sends any number of pictures: albums, then those that Telegram takes as documents only. The caption is the first's.
function pictures.send_album(bot, list, fields)
  local photos, documents, messages = {}, {}, {}
  for _, picture in ipairs(list) do
    picture = read(picture)
    local group = fits_photo(picture) and photos or documents
    group[#group + 1] = picture
  end
  local function add(sent)
    table.move(sent, 1, #sent, #messages + 1, messages)
    fields.caption, fields.reply_parameters = nil, nil
  end
  local first = 1
  for _, size in ipairs(album_sizes(#photos)) do
    add(send_group(bot, table.move(photos, first, first + size - 1, 1, {}), fields))
    first = first + size
  end
  for _, picture in ipairs(documents) do
    add { (pictures.send(bot, picture, fields, "document")) }
  end
  return messages
end

return pictures
