-- The errors of the Bot API: what its answers mean, and the error values that are raised.

local failure = {}

local metatable = {
  __name = "telegram error",
  __tostring = function(err) return err.message end,
}

-- What a description of a 400 (in lower case, as plain text) means. The descriptions are those of the Bot API server,
-- https://github.com/tdlib/telegram-bot-api; in an album they stand inside another.
local meanings = {
  { "chat not found", "chat_not_found" },
  { "message is not modified", "not_modified" },
  { "message to edit not found", "not_editable" },
  { "message can't be edited", "not_editable" },
  { "message_id_invalid", "not_editable" },
  { "message to delete not found", "not_deletable" },
  { "message can't be deleted", "not_deletable" },
  { "query is too old", "old_query" },
  { "wrong file identifier", "bad_file" },
  { "wrong remote file identifier", "bad_file" },
  { "wrong file_id", "bad_file" },
  { "http url", "bad_file" },
  { "type of the web page content", "bad_file" },
  { "can't upload file by url", "bad_file" },
  { "is too big", "too_large" },
  { "photo_", "bad_picture" },
  { "image_process_failed", "bad_picture" },
  { "media_empty", "bad_picture" },
}

local function meaning(status, description)
  local lower = description:lower()
  if status == 400 then
    for _, pair in ipairs(meanings) do
      if lower:find(pair[1], 1, true) then
        return pair[2]
      end
    end
    return "bad_request"
  elseif status == 401 or status == 404 then
    -- A method that does not exist is 404 too, "method not found"; a token that does not is "Not Found".
    return lower:find("method", 1, true) and "bad_request" or "unauthorized"
  elseif status == 403 then
    return "blocked"
  elseif status == 409 then
    return lower:find("webhook is active", 1, true) and "webhook" or "conflict"
  elseif status == 413 then
    return "too_large"
  elseif status == 429 then
    return "rate_limited"
  elseif status >= 500 then
    return "server"
  end
  return "bad_request"
end

-- What to do, where it is not plain.
local advice = {
  unauthorized = "the token is wrong or was revoked: @BotFather has it",
  conflict = "another program polls this bot: stop one of the two, or give each a bot of its own",
  webhook = "updates go to a webhook: call bot:delete_webhook() before bot:updates(), or take them there",
  blocked = "nothing more is sent to this chat until it writes again",
}

local function raised(err)
  return setmetatable(err, metatable)
end

--- An answer with "ok": false, as an error value.
function failure.of_answer(method, answer, status, chat)
  local description = type(answer.description) == "string" and answer.description or "HTTP status " .. status
  local parameters = type(answer.parameters) == "table" and answer.parameters or {}
  local reason = meaning(status, description)
  local message = ("telegram: %s: %d %s"):format(method, status, description)
  if advice[reason] then
    message = message .. " (" .. advice[reason] .. ")"
  end
  return raised {
    code = "telegram", kind = "runtime", reason = reason, message = message, method = method, status = status,
    description = description, chat = chat, retry_after = tonumber(parameters.retry_after),
    migrated_to = parameters.migrate_to_chat_id, retryable = reason == "rate_limited" or reason == "server",
  }
end

--- No answer at all. `problem` is what `http` raised, `text` the same without the token.
function failure.of_network(method, problem, text)
  return raised {
    code = type(problem) == "table" and problem.code or "network", kind = "runtime", method = method, retryable = true,
    message = ("telegram: %s: %s"):format(method, text),
  }
end

--- A chat that is known to have blocked the bot: nothing was sent.
function failure.blocked(method, chat)
  return raised {
    code = "telegram", kind = "runtime", reason = "blocked", status = 403, method = method, chat = chat,
    retryable = false, description = "Forbidden: bot was blocked by the user",
    message = ("telegram: %s: chat %s has blocked the bot (%s)"):format(method, chat, advice.blocked),
  }
end

--- A picture that no way was left for.
function failure.undeliverable(method, chat, why)
  return raised {
    code = "telegram", kind = "runtime", reason = "bad_file", method = method, chat = chat, retryable = false,
    message = why,
  }
end

--- Raises what the caller can mend, before anything is sent.
function failure.refuse(text, ...)
  error(raised {
    code = "validation", kind = "value", retryable = false, message = "telegram: " .. text:format(...),
  }, 0)
end

--- Whether an error is one of Telegram's with one of these reasons.
function failure.is(err, ...)
  if type(err) ~= "table" or err.code ~= "telegram" then
    return false
  end
  for _, reason in ipairs { ... } do
    if err.reason == reason then
      return true
    end
  end
  return false
end

return failure
