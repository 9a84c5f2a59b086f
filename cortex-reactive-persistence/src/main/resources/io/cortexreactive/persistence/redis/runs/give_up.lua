-- ARGV: for this many ms, limit, commit. Cancels runs that are paused for longer. Gives 1 if there may be more.
local limit, commit = tonumber(ARGV[2]), ARGV[3]
local ids = call('ZRANGEBYSCORE', P .. 'paused', '-inf', '(' .. after(-ARGV[1]), 'LIMIT', 0, limit)
for _, id in ipairs(ids) do
  local before = look(id)
  local place = before and places(before)['paused\n' .. id]
  if not place then
    call('ZREM', P .. 'paused', id)
  elseif tonumber(place[2]) >= tonumber(after(-ARGV[1])) then
    call('ZADD', P .. 'paused', place[2], id)
  else
    local run = copy(before)
    fail(run, 'cancelled', commit, {})
    conclude(before, run)
  end
end
return { flag(#ids == limit) }
