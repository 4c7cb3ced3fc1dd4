-- Tidies a prompt and swaps words. Edit the table; the next run uses it, nothing is built.
--
-- A rule is a function: it gets the prompt and a context (avatar, preset, config, endpoint) and returns the prompt to
-- use. Rules run in the order of their file names.

-- word in the prompt = what is sent instead. Whole words only; upper and lower case do not matter.
local words = {
  ["4k"] = "highly detailed",
  ["8k"] = "highly detailed",
  ["hdr"] = "high dynamic range",
  ["bokeh"] = "shallow depth of field",
}

return function(prompt)
  prompt = prompt:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")
  -- %w is ASCII only, so letters of other alphabets (bytes from \128 up) are added by hand.
  return (prompt:gsub("[%w\128-\255]+", function(word)
    return words[text.lower(word)]
  end))
end
