#!/usr/bin/env falhost
-- How long pictures take: three presets, measured.

local fal = require "fal"
require("demo").avatars() -- demo-anna and demo-noir, so that there is someone to draw

for _, preset in ipairs { "fast", "balanced", "quality" } do
  local _, metrics = fal.generate_with_metrics("demo-anna", "a portrait by the window", { quality = preset })
  print(("%-10s %6.2f s  %s"):format(preset, metrics.duration, metrics.endpoint))
end
