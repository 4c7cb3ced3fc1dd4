#!/usr/bin/env falhost
-- What to do when a picture cannot be made.

local fal = require "fal"
require("demo").avatars() -- demo-anna and demo-noir, so that there is someone to draw

if not fal.is_available() then
  print "no key is set, so nothing can be generated"
  os.exit(77)
end

-- 1. The short way: nil and an error value instead of an error.
local url, err = fal.safe_generate_image("no-such-avatar", "a portrait")
print(url, err.code) --> nil  avatar_not_found

-- 2. With pcall: any call of falhost raises the same error values.
local ok, problem = pcall(fal.generate_avatar_image, "demo-anna", "a portrait", { quality = "portret" })
if not ok then
  print(problem.code, problem.message) -- says which preset is near
end

-- 3. `kind` tells whose turn it is: "value" is for us to mend, "runtime" is what fal or the network did.
if problem.kind == "value" then
  print "mend the call and run again"
elseif problem.retryable then
  print "try again later"
end
