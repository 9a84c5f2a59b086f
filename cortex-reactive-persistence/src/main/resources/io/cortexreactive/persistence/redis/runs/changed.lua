-- ARGV: tenant, run, sequence that is known of each. Gives the places of those that are further, have ended, or are not there.
local changed = {}
for i = 1, #ARGV, 3 do
  local run = redis.pcall('HMGET', keyOf('run', idOf(ARGV[i], ARGV[i + 1])), 'seq', 'status')
  local seq = not run.err and tonumber(run[1])
  if not seq or seq > tonumber(ARGV[i + 2]) or isTerminal({ status = run[2] }) then changed[#changed + 1] = (i - 1) / 3 end
end
return changed
