-- Prints what a chat got, of the Bot API's `/admin/sent` on standard input.
local json = require "json"
for _, call in ipairs(json.decode(io.read "a").result) do
  local it = call.parameters
  if call.method == "sendMessage" or call.method == "editMessageText" then
    print(call.method, it.text)
  elseif call.method == "sendPhoto" then
    print(call.method, it.photo or "(uploaded)", it.caption)
  end
end
