#!/usr/bin/env falhost
-- A style avatar in ultra quality, four pictures in one request. Usage: falhost scripts/style_ultra.lua [PROMPT]

local fal = require "fal"
local demo = require "demo"
local _, noir = demo.avatars()

local prompt = ... or "cyberpunk style artwork"
local _, result = fal.generate_avatar_image(noir, prompt, {
  quality = "ultra",
  aspect_ratio = "16:9", -- ultra takes a shape, not a size
  num_images = 4,
  safety_tolerance = 2, -- 1 is the strictest, 6 the most tolerant
})
print(("%s made %d pictures with seed %d"):format(result.endpoint, #result.urls, result.seed))
demo.save(result)
