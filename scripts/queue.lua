#!/usr/bin/env falhost
-- Any fal endpoint, with its queue: submit, watch, take the result.
-- Usage: falhost scripts/queue.lua [ENDPOINT] [PROMPT]

local fal = require "fal"

local endpoint, prompt = ...
endpoint = endpoint or "fal-ai/flux-lora"

local arguments = { prompt = prompt or "a lighthouse", image_size = "square", seed = 0 }
local handle = fal.submit(endpoint, arguments, { logs = true })
print("request", handle.request_id) -- with this id the job can be found again: fal.handle(endpoint, id)

for event in handle:events() do
  print(event.status, event.queue_position or "")
  for _, entry in ipairs(event.logs or {}) do
    print("  log:", entry.message)
  end
end

local result = handle:result()
for _, image in ipairs(result.images) do
  print(image.url, image.width .. " x " .. image.height)
end
