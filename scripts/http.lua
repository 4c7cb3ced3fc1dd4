#!/usr/bin/env falhost
-- Beyond fal: asks a server about each picture, copies it in chunks, and tells a server of yours when all is done.
-- Usage: falhost --simulate scripts/http.lua [FOLDER] [URL]   (URL gets the list as JSON; without one nobody is told)

local fal, fs, http = require "fal", require "fs", require "http"
local json, log, task = require "json", require "log", require "task"
local anna = require("demo").avatars()

local folder, hook = ...
folder = folder or fs.join(arg[0]:match "^(.*)/" or ".", "..", ".falhost", "copies")
fs.mkdir(folder)

local _, result = fal.generate_avatar_image(anna, "a portrait by the window", { quality = "fast", num_images = 2 })

local list = task.map(result.images, { limit = 4 }, function(image, number)
  local head = http.head(image.url, { timeout = 10 })
  local copy = { file = fs.join(folder, ("picture-%d.jpg"):format(number)), bytes = 0 }
  fs.write(copy.file, "")
  for chunk in http.get(image.url, { stream = true }):chunks() do
    fs.append(copy.file, chunk)
    copy.bytes = copy.bytes + #chunk
  end
  log.info("copied", { file = copy.file, bytes = copy.bytes, type = head.headers["content-type"] })
  return copy
end)

-- Written whole or not at all: whoever reads the list meanwhile sees the old one or the new one.
local index = fs.join(folder, "list.json")
fs.write(index, json.encode(list, { pretty = true }))
print(index)

if hook then
  local ok, answer = pcall(http.post, hook, { json = list, timeout = 10 })
  print(ok and "told, the answer was " .. answer.status or "not told: " .. tostring(answer))
end
