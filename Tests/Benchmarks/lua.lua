-- What falhost's Lua costs: nanoseconds for one, the best of ten rounds. Usage: falhost lua.lua call|task|sleep [N]
local fal = require "fal"
local task = require "task"

local function best(count, run)
  local least = math.huge
  for _ = 1, 10 do
    collectgarbage()
    local start = os.clock()
    run(count)
    least = math.min(least, os.clock() - start)
  end
  print(least / count * 1e9)
end

local what = {}

-- A function of the host that does next to nothing.
function what.call()
  local is_available = fal.is_available
  best(1000000, function(count)
    for _ = 1, count do
      is_available()
    end
  end)
end

-- A task from its start to its end, awaited.
function what.task()
  local spawn = task.spawn
  local function nothing() end
  best(100000, function(count)
    for _ = 1, count do
      spawn(nothing):await()
    end
  end)
end

-- So many tasks asleep at once; the peak memory of the process tells what they cost.
function what.sleep(count)
  local tasks = {}
  for i = 1, count do
    tasks[i] = task.spawn(task.sleep, 0.5)
  end
  task.all(tasks)
  print(#tasks)
end

what[arg[1]](math.tointeger(arg[2]))
