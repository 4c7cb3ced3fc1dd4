-- The settings of the bot: its file, and the environment on top.

local settings = {}

local kinds = {
  users = "list", admins = "list", avatars = "list", default_avatar = "string", default_preset = "string",
  requests_at_once = "count", pictures_per_day = "count", pictures_per_request = "count",
  dollars_per_day = "number", jobs_at_once = "count", base_url = "string", state = "string", keep_days = "number",
  retries = "count", patience = "number", watch_seconds = "number", webhook = "webhook",
}
local optional = { default_avatar = true, default_preset = true, dollars_per_day = true, webhook = true }
local webhook_fields = { url = true, path = true, secret = true }
local words = { users = { all = true }, avatars = { all = true, own = true } }

local function refuse(path, text, ...)
  error(("%s: %s"):format(path, text:format(...)), 0)
end

local function check_webhook(path, value)
  if type(value) ~= "table" then
    refuse(path, "webhook is a table with url, path and secret, got %s", type(value))
  end
  for name, field in pairs(value) do
    if not webhook_fields[name] or type(field) ~= "string" then
      refuse(path, "webhook.%s: a webhook has url, path and secret, which are strings", tostring(name))
    end
  end
end

local function check(path, name, value)
  local kind = kinds[name]
  if kind == "list" then
    if type(value) ~= "table" and not (words[name] and words[name][value]) then
      refuse(path, "%s is a list of ids%s, got %s", name, words[name] and " or a word such as \"all\"" or "",
        tostring(value))
    end
  elseif kind == "count" then
    local least = name == "retries" and 0 or 1
    if math.type(value) ~= "integer" or value < least then
      refuse(path, "%s is a whole number from %d, got %s", name, least, tostring(value))
    end
  elseif kind == "webhook" then
    check_webhook(path, value)
  elseif type(value) ~= kind then
    refuse(path, "%s is a %s, got %s", name, kind, type(value))
  elseif kind == "number" and value <= 0 then
    refuse(path, "%s is more than 0, got %s", name, tostring(value))
  end
end

local function set_of(list)
  if type(list) ~= "table" then
    return list
  end
  local set = {}
  for _, id in ipairs(list) do
    set[tostring(id)] = true
  end
  return set
end

-- The environment's variable, when there is something in it.
local function variable(name)
  local value = os.getenv(name)
  return value ~= "" and value or nil
end

-- The webhook with what the environment says of it; nil for a bot that polls.
local function webhook_of(path, given)
  local url = variable "TELEGRAM_WEBHOOK_URL" or given and given.url
  if not url then
    if given then
      refuse(path, "webhook.url is missing: the https address at which Telegram reaches the bot")
    end
    return nil
  end
  local secret = variable "TELEGRAM_WEBHOOK_SECRET" or given and given.secret
  if not secret then
    error("TELEGRAM_WEBHOOK_SECRET is not set: the webhook needs a secret, 1 to 256 of A-Z, a-z, 0-9, _ and -", 0)
  end
  return { url = url, path = given and given.path or "/telegram", secret = secret }
end

--- Reads a file of settings; raises one line that says what is wrong with it.
function settings.read(path)
  local chunk, problem = loadfile(path, "t", {})
  if not chunk then
    error(problem, 0)
  end
  local ok, values = pcall(chunk)
  if not ok or type(values) ~= "table" then
    refuse(path, "it is to return a table (%s)", tostring(values))
  end
  for name, value in pairs(values) do
    if not kinds[name] then
      refuse(path, "unknown setting %s", tostring(name))
    end
    check(path, name, value)
  end
  for name in pairs(kinds) do
    if values[name] == nil and not optional[name] then
      refuse(path, "%s is missing", name)
    end
  end
  values.base_url = os.getenv "TELEGRAM_API_URL" or values.base_url
  values.token = os.getenv "TELEGRAM_BOT_TOKEN"
  if not values.token then
    error("TELEGRAM_BOT_TOKEN is not set: @BotFather gives a token", 0)
  end
  values.webhook = webhook_of(path, values.webhook)
  values.admin_ids = values.admins
  for _, name in ipairs { "users", "admins", "avatars" } do
    values[name] = set_of(values[name])
  end
  return values
end

return settings
