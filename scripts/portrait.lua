#!/usr/bin/env falhost
-- One portrait. Usage: falhost scripts/portrait.lua [PROMPT]
--
-- `...` holds what stands after the script's name on the command line.

local fal = require "fal"
local demo = require "demo"
local anna = demo.avatars()

local prompt = ... or "smiling portrait in a park"
local _, result = fal.generate_avatar_image(anna, prompt, { quality = "portrait" })
demo.save(result)
