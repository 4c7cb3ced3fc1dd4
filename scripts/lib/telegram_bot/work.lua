-- One request on its way: made at fal under its own key, so that it is paid for once however often it is begun, then
-- delivered.

local fal = require "fal"
local log = require "log"
local task = require "task"
local texts = require "telegram_bot.texts"

local work = {}

local longest_pause = 300

-- Raises again what ends the task itself, not the job at fal.
local function check_cancelled(app, request, err)
  if type(err) == "table" and err.code == "cancelled" then
    if app.stopping or request.state == "cancelling" then
      error(err, 0)
    end
    task.sleep(0) -- raises in a task that is cancelled
  end
end

local function say(request, name, ...)
  return texts.say(request.language, name, ...)
end

-- Messages to the user are help, not duty: one that cannot be sent is logged and holds nothing up.
local function try(app, request, fn)
  local ok, result = pcall(fn)
  if not ok then
    check_cancelled(app, request, result)
    log.warning(("request %d: %s"):format(request.id, tostring(result)))
    return nil
  end
  return result
end

--- Shows how far a request is, in one message that is edited.
local function show(app, request, text, options)
  try(app, request, function()
    if request.progress then
      local id = app.bot:edit_text(request.chat, request.progress, text, options)
      if id ~= request.progress then
        request.progress = id
        app.requests:save(request)
      end
    else
      options = options or {}
      options.reply_to = request.message
      -- To its end, or there would be a message that nobody edits any more.
      task.shield(function()
        request.progress = app.bot:send_text(request.chat, text, options).message_id
        app.requests:save(request)
      end)
    end
  end)
end

local function buttons(request)
  return { buttons = { { { text = say(request, "cancel_button"), data = ("cancel:%d"):format(request.id) } } } }
end

-- Shows queue position and progress, as soon as fal has the job.
local function follow(app, request)
  if not request.progress then
    show(app, request, say(request, "accepted", request.avatar, request.preset or say(request, "default")),
      buttons(request))
  end
  local job
  repeat
    task.sleep(1)
    job = fal.jobs.list({ key = request.key, limit = 1 })[1]
  until job and job.request_id
  for event in fal.handle(job.endpoint, job.request_id):events() do
    if event.status == "IN_QUEUE" and event.queue_position then
      show(app, request, say(request, "in_queue", request.avatar, event.queue_position), buttons(request))
    elseif event.status == "IN_PROGRESS" then
      show(app, request, say(request, "in_progress", request.avatar), buttons(request))
    end
  end
end

-- One try: the result, or nil and why not.
local function generate(app, request, retry)
  return task.scope(function(scope)
    local following = scope:spawn(function()
      try(app, request, function() follow(app, request) end)
    end)
    local _ <close> = setmetatable({}, { __close = function() following:cancel() end })
    local ok, url, result = pcall(fal.generate_avatar_image, request.avatar, request.prompt, {
      preset = request.preset, num_images = request.count, key = request.key, retry_failed = retry,
      fairness_key = ("telegram:%d"):format(request.user),
    })
    if ok then
      return result
    end
    check_cancelled(app, request, url)
    return nil, type(url) == "table" and url or { code = "internal", message = tostring(url) }
  end)
end

local function fail(app, request, err)
  request.state, request.error = "failed", { code = err.code, message = err.message }
  app.requests:save(request)
  log.warning(("request %d failed: %s"):format(request.id, err.message), { user = request.user, code = err.code })
  show(app, request, say(request, "failed", texts.reason(request.language, err)))
  if err.kind ~= "value" or err.code == "internal" then
    app.notices:tell(err.code, "notice_failure", tostring(request.id), tostring(request.user), err.message)
  end
end

local function keep(app, request, result)
  request.state, request.price, request.endpoint, request.flagged = "made", result.price, result.endpoint, 0
  request.pictures = {}
  for i, image in ipairs(result.images) do
    request.pictures[i] = { url = image.url, path = image.path, width = image.width, height = image.height }
    request.flagged = request.flagged + (image.has_nsfw_concepts and 1 or 0)
  end
  app.requests:save(request)
end

-- Makes the pictures; false when there will be none.
local function make(app, request)
  local tries, pause, begin = 0, 5, task.now()
  while true do
    local result, err
    do
      local _ <close> = app.gate:acquire()
      result, err = generate(app, request, tries > 0)
    end
    if result then
      keep(app, request, result)
      return true
    end
    local is_lost = err.code == "submit_unknown"
    if is_lost and task.now() - begin < app.settings.patience then
      -- The key makes every further call look for it at fal, and submit nothing.
      show(app, request, say(request, "looking", request.avatar))
    elseif not is_lost and err.retryable and tries < app.settings.retries then
      tries = tries + 1
      show(app, request, say(request, "retrying", request.avatar, texts.reason(request.language, err)))
    else
      fail(app, request, err)
      return false
    end
    task.sleep(pause)
    pause = math.min(pause * 2, longest_pause)
  end
end

-- The pictures that Telegram has not got: the library keeps the file id of each as soon as Telegram has answered. What
-- is left open is the moment between Telegram taking a picture and its answer being on the disk; the Bot API has no
-- send that is safe to repeat.
local function unsent(app, request)
  local list = {}
  for i, picture in ipairs(request.pictures) do
    local key = ("%s#%d"):format(request.key, i)
    if not app.bot.state:file_id("photo", key) and not app.bot.state:file_id("document", key) then
      list[#list + 1] = {
        url = picture.url, path = picture.path, width = picture.width, height = picture.height, key = key,
      }
    end
  end
  return list
end

local function send(app, request)
  local list = unsent(app, request)
  if #list == 0 then
    return
  end
  local caption = say(request, "done", request.prompt)
  if request.flagged > 0 then
    caption = say(request, "flagged", request.flagged) .. "\n" .. caption
  end
  app.bot:chat_action(request.chat, "upload_photo", function()
    app.bot:send_album(request.chat, list, caption, { reply_to = request.message })
  end)
end

local function deliver(app, request)
  local pause, begin = 5, task.now()
  while true do
    local ok, err = pcall(send, app, request)
    if ok then
      break
    end
    check_cancelled(app, request, err)
    local is_passing = type(err) == "table" and err.retryable
    if type(err) == "table" and err.reason == "unauthorized" then
      error(err, 0) -- nothing is wrong with the request: it waits for a bot with the right token
    end
    if not is_passing or task.now() - begin > app.settings.patience then
      request.state, request.error = "failed", { code = "undelivered", message = tostring(err) }
      app.requests:save(request)
      log.error(("request %d: %s"):format(request.id, tostring(err)), { user = request.user, chat = request.chat })
      app.notices:tell("undelivered", "notice_undelivered", tostring(request.id), #request.pictures,
        tostring(request.chat), tostring(err))
      return
    end
    task.sleep(pause)
    pause = math.min(pause * 2, longest_pause)
  end
  request.state = "delivered"
  app.requests:save(request)
  log.info(("request %d delivered"):format(request.id),
    { user = request.user, chat = request.chat, avatar = request.avatar, pictures = #request.pictures,
      seconds = os.time() - request.created })
  if request.progress then
    try(app, request, function() app.bot:delete_message(request.chat, request.progress) end)
  end
end

--- Brings a request to its end; also one that an earlier run of the bot had begun.
function work.run(app, request)
  if request.state == "cancelling" then
    return work.finish_cancelling(app, request)
  end
  if request.state == "accepted" and not make(app, request) then
    return
  end
  if request.state == "made" then
    deliver(app, request)
  end
end

--- Ends a request that its user has cancelled, when nobody works on it any more.
function work.finish_cancelling(app, request)
  local job = fal.jobs.list({ key = request.key, limit = 1 })[1]
  if job then
    try(app, request, function()
      if job.state == "intent" or job.state == "submitted" then
        fal.jobs.cancel(job.id)
      end
    end)
    request.price = job.price
  end
  request.state = "cancelled"
  app.requests:save(request)
  show(app, request, say(request, "cancelled", request.prompt))
end

return work
