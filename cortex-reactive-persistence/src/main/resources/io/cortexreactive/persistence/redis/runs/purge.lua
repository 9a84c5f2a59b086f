-- ARGV: kept for this many ms, offset, limit. Gives how many were looked at, taken out, and forgotten.
local ids = call('ZRANGEBYSCORE', P .. 'done', '-inf', '(' .. after(-ARGV[1]), 'LIMIT', ARGV[2], ARGV[3])
local out, gone = 0, 0
for _, id in ipairs(ids) do
  local run = look(id)
  local waiting = run and run.parent and look(idOf(run.tenant, run.parent))
  if not run or not isTerminal(run) then
    call('ZREM', P .. 'done', id)
    out = out + 1
  elseif call('EXISTS', keyOf('news', id)) == 0 and (not waiting or isTerminal(waiting)) then
    forget(run)
    out, gone = out + 1, gone + 1
  end
end
return { #ids, out, gone }
