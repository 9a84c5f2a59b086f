-- ARGV: limit. Gives {tenant, run} of each.
local limit, found = tonumber(ARGV[1]), {}
for _, id in ipairs(call('ZRANGE', P .. 'orphaned', 0, limit - 1)) do
  local alive = 0
  for _, each in ipairs(call('ZRANGE', keyOf('children', id), 0, -1)) do
    local child = look(each)
    if child and not isTerminal(child) then
      alive = alive + 1
      if not child.outcome and #found < limit then found[#found + 1] = { child.tenant, child.run } end
    end
  end
  if alive == 0 then call('ZREM', P .. 'orphaned', id) else call('ZADD', P .. 'orphaned', now, id) end
end
return found
