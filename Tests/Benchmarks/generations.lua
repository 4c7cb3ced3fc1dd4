-- N generations, at most LIMIT at a time. Usage: falhost generations.lua N LIMIT
local fal = require "fal"
local task = require "task"

local n, limit = tonumber(arg[1]), tonumber(arg[2])
local avatar = {
  id = "bench",
  name = "Bench",
  training_type = "portrait",
  status = "completed",
  diffusers_lora_file_url = "https://v3.fal.media/files/bench/lora.safetensors",
  trigger_phrase = "TOK woman",
}
local numbers = {}
for i = 1, n do
  numbers[i] = i
end
local urls = task.map(numbers, { limit = limit }, function(i)
  return (fal.generate_avatar_image(avatar, "smiling portrait in a park", { seed = i }))
end)
assert(#urls == n)
print(n .. " generations")
