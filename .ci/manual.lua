-- Writes the manual page, mdoc(7), of what the program says of itself: falhost .ci/manual.lua DUMP FALHOST >falhost.1
-- DUMP is a file with the output of `falhost --experimental-dump-help`.

local json = require "json"
local dump_file, program = ...

local file <close> = assert(io.open(dump_file))
local root = json.decode(file:read "a").command

--- What `falhost` prints for these arguments, in English.
local function output(arguments)
  local pipe = assert(io.popen(("FALHOST_LANG=en '%s' %s"):format(program, arguments)))
  local text = pipe:read "a"
  assert(pipe:close(), "falhost " .. arguments .. " failed")
  return text
end

--- A line of text: nothing in it is a macro, an escape or a request.
local function escape(text)
  text = text:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("…", "..."):gsub("–", "\\(en")
  return (text:gsub("^([.'])", "\\&%1"))
end

--- Text to be filled: each sentence begins a line, and no line is longer than mdoc likes.
local function paragraph(text)
  for sentence in text:gsub("%s+", " "):gsub("%. (%u)", ".\n%1"):gmatch "[^\n]+" do
    local line
    for word in sentence:gmatch "%S+" do
      if line and #line + #word > 70 then
        print(escape(line))
        line = nil
      end
      line = line and line .. " " .. word or word
    end
    if line then print(escape(line)) end
  end
end

local function name(argument)
  local words = {}
  for _, spelling in ipairs(argument.names or {}) do
    local long = spelling.kind == "long"
    words[#words + 1] = (long and "Fl \\-" or "Fl ") .. escape(spelling.name)
  end
  table.sort(words, function(a, b) return #a < #b end)
  return table.concat(words, " , ")
end

--- An option or argument in a list.
local function item(argument)
  if argument.kind == "positional" then
    print(".It Ar " .. escape(argument.valueName))
  elseif argument.kind == "option" then
    print(".It " .. name(argument) .. " Ar " .. escape(argument.valueName))
  else
    print(".It " .. name(argument))
  end
  if argument.abstract then paragraph(argument.abstract) end
  if argument.allValues then paragraph("One of " .. table.concat(argument.allValues, ", ") .. ".") end
end

--- Options of several commands are described once.
local described = {}

local function arguments(command)
  local others = {}
  local shown = {}
  for _, argument in ipairs(command.arguments or {}) do
    local key = (argument.preferredName and argument.preferredName.name or "") .. (argument.abstract or "")
    if argument.shouldDisplay and (argument.abstract or argument.kind == "positional") then
      if not described[key] then
        if argument.kind ~= "positional" then described[key] = true end
        shown[#shown + 1] = argument
      elseif argument.preferredName and not (argument.preferredName.name == "help" or argument.preferredName.name == "version") then
        others[#others + 1] = name(argument)
      end
    end
  end
  if #shown > 0 then
    print ".Bl -tag -width 6n"
    for _, argument in ipairs(shown) do item(argument) end
    print ".El"
  end
  if #others > 0 then
    print ".Pp"
    print "Also, as above:"
    for i, spelled in ipairs(others) do
      print("." .. spelled .. (i < #others and " ," or " ."))
    end
  end
end

--- One section a command, its subcommands after it.
local function section(command, path)
  print(".Ss falhost " .. escape(path))
  if command.abstract then paragraph(command.abstract) end
  if command.discussion then
    print ".Pp"
    paragraph(command.discussion)
  end
  if not command.subcommands then arguments(command) end
  for _, inner in ipairs(command.subcommands or {}) do
    if inner.commandName ~= "help" then section(inner, path .. " " .. inner.commandName) end
  end
end

--- A page of `falhost help`, as it is.
local function topic(title, word)
  print(".Sh " .. title)
  print ".Bd -literal"
  for line in output("help " .. word):gmatch "([^\n]*)\n" do print(escape(line)) end
  print ".Ed"
end

print(".Dd " .. os.date("!%B %d, %Y", tonumber(os.getenv "SOURCE_DATE_EPOCH")):gsub(" 0", " "))
print ".Dt FALHOST 1"
print ".Os"
print ".Sh NAME"
print ".Nm falhost"
print ".Nd run Lua scripts that make pictures with trained avatars on fal.ai"
print ".Sh SYNOPSIS"
for _, form in ipairs {
  "Op Ar options\n.Ar script.lua\n.Op Ar args",
  "Op Ar options\n.Fl e Ar chunk\n.Op Ar args",
  "Op Ar options\n.Fl\n.Op Ar args",
  "Ar command\n.Op Ar options",
} do
  print ".Nm"
  print("." .. form)
end
print ".Sh DESCRIPTION"
print ".Nm"
print "runs Lua scripts, and has commands for what needs no script."
print "Standard output is data, standard error is for people."
print "Without a script and on a terminal it is a prompt."
print ".Pp"
print "Pages on single things:"
print ".Bd -literal"
for line in output("help"):match("TOPICS[^\n]*\n(.*)"):gmatch "[^\n]+" do print(escape((line:gsub("^  ", "  falhost help ")))) end
print ".Ed"
print ".Sh COMMANDS"
for _, command in ipairs(root.subcommands) do
  if command.commandName ~= "help" then section(command, command.commandName) end
end
topic("ENVIRONMENT", "environment")
print ".Sh FILES"
print ".Bl -tag -width 6n"
for _, entry in ipairs {
  { "presets/", "One preset a file; the folder that holds it is the project." },
  { "scripts/rules/", "The rules that rewrite prompts." },
  { "scripts/policy.lua", "Decides whether a job is sent." },
  { "falhost.lua", "The project's settings." },
  { ".falhost/falhost.db", "Avatars, jobs and the index of pictures." },
  { ".falhost/images/", "Kept pictures, by name." },
} do
  print(".It Pa " .. entry[1])
  print(entry[2])
end
print ".El"
topic("EXIT STATUS", "exit-codes")
print ".Sh EXAMPLES"
print ".Bd -literal"
for line in output("help"):match("EXAMPLES:\n(.-)\n\n"):gmatch "[^\n]+" do print(escape((line:gsub("^  ", "")))) end
print ".Ed"
print ".Sh SEE ALSO"
print ".Xr curl 1 ,"
print ".Xr lua 1"
