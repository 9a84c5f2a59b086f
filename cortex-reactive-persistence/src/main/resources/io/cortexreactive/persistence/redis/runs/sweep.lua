-- ARGV: limit, commit, error of a crash loop, most recoveries in a row. Gives {tenant, run, definition, version, change, seq} of each.
local limit, commit, crashLoop, most = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4])
local swept = {}

local function changed(run, change)
  swept[#swept + 1] = { run.tenant, run.run, run.definition, run.version, change, tonumber(run.seq) }
end

local function branched(run)
  local range = call('ZRANGEBYSCORE', keyOf('branching', idOf(run.tenant, run.run)), run.seq + 1, run.seq + 1)
  for _, name in ipairs(range) do
    local packed = call('HGET', keyOf('branches', idOf(run.tenant, run.run)), string.sub(name, 10))
    local known, entry = pcall(cmsgpack.unpack, packed)
    if known and type(entry) == 'table' and entry[9] == tonumber(run.epoch) then return true end
  end
  return false
end

local function recover(before)
  local run = copy(before)
  local crashes = branched(run) and 0 or tonumber(run.crashes)
  if crashes + 1 >= most and not run.outcome then
    run.error = crashLoop
    fail(run, 'failed', commit, { error = crashLoop })
    changed(run, run.outcome and 'UNWINDING' or 'FAILED')
  else
    giveAway(run, 'pending')
    run.crashes = text(crashes + 1)
    run.parked = flag(crashes > 0)
    run.available = after(1000 * math.min(60, 2 ^ math.min(crashes, 6) - 1))
    changed(run, 'RECOVERED')
  end
  conclude(before, run)
end

local function wake(before)
  local run = copy(before)
  run.parked, run.available = '0', text(now)
  save(before, run)
  changed(run, 'WOKEN')
end

each('due', over('due', now, limit), now, wake)

each('pauses', over('pauses', now, limit), now, function(before)
  local run = copy(before)
  giveAway(run, 'pending')
  step(run)
  progress(run)
  write(run, 'input', commit, { request = 'timeout:' .. before.pauseToken })
  save(before, run)
  changed(run, 'TIMED_OUT')
end)

local left = limit
for _, worker in ipairs(call('ZRANGE', P .. 'owners', 0, -1)) do
  local list = 'owned:' .. worker
  if call('EXISTS', P .. list) == 0 then
    call('ZREM', P .. 'owners', worker)
  elseif left > 0 and not lives(worker) then
    local ids = call('ZRANGE', P .. list, 0, left - 1)
    each(list, ids, nil, recover)
    left = left - #ids
  end
end
if left > 0 then each('hanging', over('hanging', now, left), now, recover) end
return swept
