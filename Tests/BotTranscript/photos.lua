-- Makes a dozen photos that look different. Usage: photos.lua FOLDER
local fal, fs, task = require "fal", require "fs", require "task"
local folder = arg[1]
fs.mkdir(folder)
local sizes = { "square_hd", "portrait_4_3", "landscape_4_3", "portrait_16_9", "landscape_16_9", "square" }
task.map({ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, { limit = 12 }, function(number)
  local output = fal.subscribe("fal-ai/flux-lora", {
    prompt = ("photo %d %s"):format(number, ("wall "):rep(number)), seed = number * 7919,
    image_size = sizes[number % #sizes + 1],
  })
  fal.download(output.images[1].url, fs.join(folder, ("photo_%02d.jpg"):format(number)))
end)
