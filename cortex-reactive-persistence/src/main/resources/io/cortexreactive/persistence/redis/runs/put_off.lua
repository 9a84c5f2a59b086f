-- ARGV: tenant, run, claim, forMs. Gives back what was claimed and cannot be read by whoever claimed it.
local before = look(idOf(ARGV[1], ARGV[2]))
if before and before.status == 'running' and before.claim == ARGV[3] then
  local run = copy(before)
  giveAway(run, 'pending')
  run.attempts = text(math.max(run.attempts - 1, 0))
  run.parked, run.available = '1', after(ARGV[4])
  save(before, run)
end
return { 1 }
