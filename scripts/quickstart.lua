#!/usr/bin/env falhost
-- The main job: two trained avatars, three presets, and a batch. `make run` runs this file on the simulator.
-- With your own avatars: falhost scripts/quickstart.lua PORTRAIT_ID STYLE_ID

local fal = require "fal"
local demo = require "demo" -- scripts/lib/demo.lua: the two avatars, and demo.save
local anna, noir = demo.avatars(...)

-- One picture. The preset says how many steps, which size and so on: see presets/portrait.lua.
local url, result = fal.generate_avatar_image(anna, "smiling portrait in a park, 4k", { quality = "portrait" })
print("sent to fal:", result.prompt)
print("picture at: ", url)
demo.save(result)

-- A style avatar goes to another model; you write the same line. Any key of the preset can be overridden.
local _, street = fal.generate_avatar_image(noir, "a rainy street at night", { quality = "landscape", seed = 7 })
demo.save(street)

-- The preset "ultra" sends a style avatar to FLUX1.1 ultra, about four megapixels.
local _, bridge = fal.generate_avatar_image(noir, "старый мост в тумане", { quality = "ultra" })
demo.save(bridge)

-- A batch: the prompts run side by side, the results come in the order of the prompts.
local prompts = {
  "professional headshot, business attire",
  "casual portrait, outdoor setting",
  "artistic portrait, dramatic lighting",
}
local urls, results = fal.generate_multiple_images(anna, prompts, { quality = "fast" })
for i = 1, #prompts do
  if urls[i] then
    demo.save(results[i])
  else
    print(("%s failed: %s"):format(prompts[i], results[i].message))
  end
end
