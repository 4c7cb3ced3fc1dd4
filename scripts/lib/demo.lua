-- What the example scripts share: two avatars to try things with, and where their pictures go.
--
-- The avatars are made up. With the simulator they work as they are; on fal.ai use your own
-- (`falhost avatars import my_avatars.json`, then `avatars.get("my-id")`).

local avatars = require "avatars"
local fal = require "fal"

local demo = {}

local here = debug.getinfo(1, "S").source:match("^@(.*)[/\\]") or "."

--- Imports the two avatars into the project and returns them: a portrait avatar (a LoRA file) and a style avatar
--- (a finetune).
function demo.avatars()
  avatars.import(here .. "/demo_avatars.json")
  return avatars.get("demo-anna"), avatars.get("demo-noir")
end

--- Downloads every picture of a result into the project's picture folder and prints where it is.
function demo.save(result)
  for _, image in ipairs(result.images) do
    print(fal.download(image.url))
  end
end

return demo
