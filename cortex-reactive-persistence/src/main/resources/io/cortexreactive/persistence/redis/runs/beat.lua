-- ARGV: worker, ttlMs, 1 if draining, then tenant, run, epoch, claim of each run held. Gives {1 if alive, places of runs lost}.
local lost, alive = {}, lives(ARGV[1])
if alive then keep(ARGV[1], ARGV[2], ARGV[3] == '1' and 'draining' or 'live') end
for i = 4, #ARGV, 4 do
  local held = call('HMGET', keyOf('run', idOf(ARGV[i], ARGV[i + 1])), 'status', 'epoch', 'claim')
  local mine = held[1] == 'running' and held[2] == ARGV[i + 2] and (ARGV[i + 3] == '' or held[3] == ARGV[i + 3])
  if not alive or not mine then lost[#lost + 1] = (i - 4) / 4 end
end
return { flag(alive), lost }
