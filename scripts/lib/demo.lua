-- What the example scripts share: two avatars to try things with, and where their pictures go.
--
-- The avatars are made up. With the simulator they work as they are; on fal.ai use your own
-- (`falhost avatars import my_avatars.json`, then `avatars.get("my-id")`).

local avatars = require "avatars"
local fal = require "fal"

local demo = {}

local here = debug.getinfo(1, "S").source:match("^@(.*)[/\\]") or "."

--- Returns a portrait avatar (a LoRA file) and a style avatar (a finetune): those with the ids that are given, else the
--- two made-up ones, which it imports into the project.
function demo.avatars(portrait_id, style_id)
  if not (portrait_id and style_id) then
    avatars.import(here .. "/demo_avatars.json")
  end
  return avatars.get(portrait_id or "demo-anna"), avatars.get(style_id or "demo-noir")
end

--- Downloads every picture of a result into the project's picture folder and prints where it is.
function demo.save(result)
  for _, image in ipairs(result.images) do
    print(fal.download(image.url))
  end
end

return demo
