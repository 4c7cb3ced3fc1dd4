-- One half of the crash test's prompts: those that no job of the ledger is for yet. Usage: batch.lua FALHOST COUNT HALF LIMIT
local fal, task = require "fal", require "task"

local falhost, count, half, limit = arg[1], tonumber(arg[2]), tonumber(arg[3]), tonumber(arg[4])

local taken = {}
local list = assert(io.popen(("'%s' jobs list --limit 100000 2>/dev/null"):format(falhost)))
for line in list:lines() do
  local state, prompt = line:match "^%x+\t(%l+)\t.*\t([^\t]*)$"
  -- What was cancelled is asked for anew, as an operator would.
  if prompt and state ~= "cancelled" then
    taken[prompt] = true
  end
end
local listed, _, code = list:close()
if not listed then
  os.exit(code)
end

local avatar = {
  id = "anna", name = "Anna", training_type = "portrait", status = "completed", trigger_phrase = "TOK",
  diffusers_lora_file_url = "https://v3.fal.media/files/anna.safetensors",
}
local prompts = {}
for number = 1 + half, count, 2 do
  local prompt = ("picture %d"):format(number)
  if not taken[prompt] then
    prompts[#prompts + 1] = prompt
  end
end
-- Without a disk no more is asked for. What fal has already goes on: an error here would cancel it.
local full
task.map(prompts, { limit = limit }, function(prompt)
  if full then
    return
  end
  local config = { quality = "fast", num_images = 1, image_size = "square" }
  local made, problem = pcall(fal.generate_avatar_image, avatar, prompt, config)
  -- What fal or the network did is in the ledger: nothing is to be done here.
  if not made and problem.code == "cancelled" then
    error(problem)
  elseif not made and problem.code == "storage" then
    full = problem
  end
end)
if full then
  error(full)
end
