-- ARGV: worker, ttlMs, 1 if draining, then tenant, run, epoch, claim of each run held. Gives {1 if alive, places of runs lost}.
local worker, lost, holds, alive = ARGV[1], {}, {}, lives(ARGV[1])
if alive then keep(worker, ARGV[2], ARGV[3] == '1' and 'draining' or 'live') end
for i = 4, #ARGV, 4 do
  local id = idOf(ARGV[i], ARGV[i + 1])
  local held = call('HMGET', keyOf('run', id), 'status', 'epoch', 'claim')
  local mine = held[1] == 'running' and held[2] == ARGV[i + 2] and (ARGV[i + 3] == '' or held[3] == ARGV[i + 3])
  if not alive or not mine then lost[#lost + 1] = (i - 4) / 4 end
  holds[id] = true
end

-- What it has taken without knowing, since no answer came, is given back.
local list = 'owned:' .. worker
for _, id in ipairs(alive and call('ZRANGE', P .. list, 0, -1) or {}) do
  local before = not holds[id] and look(id)
  local here = before and places(before)[list .. '\n' .. id]
  if here and before.taken and tonumber(before.taken) < now - ARGV[2] * 1000 then
    local run = copy(before)
    giveAway(run, 'pending')
    run.attempts = text(math.max(run.attempts - 1, 0))
    save(before, run)
  end
end
return { flag(alive), lost }
