#!/usr/bin/env falhost
-- A file of prompts, one a line. Usage: falhost scripts/batch.lua [FILE] [PRESET]
-- After a crash, or with more lines in FILE: falhost --resume scripts/batch.lua [FILE] [PRESET] makes what is missing.

local fal = require "fal"
local demo = require "demo"
local anna = demo.avatars()

local file, preset = ...
local prompts = {}
if file then
  for line in io.lines(file) do
    if line:match "%S" and not line:match "^#" then
      prompts[#prompts + 1] = line
    end
  end
else
  prompts = { "professional headshot", "casual portrait", "artistic portrait", "smiling, natural light" }
end

-- Eight at a time unless you say otherwise; one prompt that fails does not stop the others.
local config = { quality = preset or "balanced" }
local urls, results = fal.generate_multiple_images(anna, prompts, config, { concurrency = 4 })

local failed = 0
for i, url in ipairs(urls) do
  if url then
    demo.save(results[i])
  else
    failed = failed + 1
    io.stderr:write(("line %d: %s\n"):format(i, results[i].message))
  end
end
if failed > 0 then
  os.exit(3) -- some failed: see README, exit codes
end
