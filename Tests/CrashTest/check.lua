-- What the ledger and the simulator say at the end, as cells of a table. Usage: check.lua FALHOST COUNT SERVER FOLDER
local fal, json, task = require "fal", require "json", require "task"

local falhost, count, server, folder = arg[1], tonumber(arg[2]), arg[3], arg[4]

local function output(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read "a"
  assert(pipe:close(), command)
  return text
end

local jobs = json.decode(output(("'%s' jobs list --limit 100000 --json 2>/dev/null"):format(falhost)))
local counters = json.decode(output(("curl -sS '%s/_simulator/counters'"):format(server)))

local requests, completed, urls = {}, {}, {}
local failures, lost, twice = 0, 0, 0
local function fail(...)
  failures = failures + 1
  if failures <= 10 then
    io.stderr:write("crash test: ", string.format(...), "\n")
  end
end

local at_fal = 0
for _, job in ipairs(jobs) do
  if job.request_id then
    at_fal = at_fal + 1
    if requests[job.request_id] then
      fail("two jobs have the request %s", job.request_id)
    end
    requests[job.request_id] = job
  end
  if job.state == "completed" then
    if completed[job.prompt] then
      twice = twice + 1
      fail("'%s' was made twice", job.prompt)
    end
    completed[job.prompt] = true
    urls[#urls + 1] = assert(job.urls[1], "a completed job without a picture")
  end
end
for number = 1, count do
  local prompt = ("picture %d"):format(number)
  if not completed[prompt] then
    lost = lost + 1
    fail("'%s' was lost", prompt)
  end
end

-- Each job has a seed of its own: a job that was submitted twice shows as a seed that the simulator saw twice.
local seeds, seen, cursor = {}, 0, nil
repeat
  local page = json.decode(output(
    ("curl -sS -H 'Authorization: Key a:b' '%s/v1/models/requests/by-endpoint?endpoint_id=fal-ai/flux-lora&limit=100&expand=payloads%s'")
      :format(server, cursor and "&cursor=" .. cursor or "")))
  for _, item in ipairs(page.items) do
    seen = seen + 1
    local seed = item.json_input.seed
    if seeds[seed] then
      twice = twice + 1
      fail("seed %d was submitted twice", seed)
    end
    seeds[seed] = true
    if not requests[item.request_id] then
      fail("request %s is in no ledger", item.request_id)
    end
  end
  cursor = page.has_more and page.next_cursor
until not cursor
if seen ~= counters.submits then
  fail("the simulator counted %d submits and lists %d", counters.submits, seen)
end
if at_fal ~= counters.submits then
  fail("%d jobs have a request, the simulator counted %d submits", at_fal, counters.submits)
end

local fetched = 0
task.map(urls, { limit = 8 }, function(url)
  local name = ("%s/%d.jpg"):format(folder, fetched)
  fetched = fetched + 1
  local file = assert(io.open(fal.download(url, name) and name, "rb"))
  if file:read(2) ~= "\xFF\xD8" then
    fail("%s is no picture", url)
  end
  file:close()
end)

print(("%d of %d | %d | ANSWERS | %d | %d"):format(fetched, count, counters.submits, lost, twice))
os.exit(failures == 0)
