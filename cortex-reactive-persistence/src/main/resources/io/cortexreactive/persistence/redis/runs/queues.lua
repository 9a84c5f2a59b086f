-- Gives {queue, tenant, waiting, delayed, running, paused, since when the first of them waits or nothing} of each.
local found = {}
for _, queue in ipairs(call('SMEMBERS', P .. 'queues')) do
  for _, tenant in ipairs(tenantsOf(queue)) do
    local list = P .. 'waits:' .. part(queue) .. tenant
    local waiting = call('ZCOUNT', list, '-inf', text(now))
    local oldest = waiting > 0 and tonumber(call('ZRANGE', list, 0, 0, 'WITHSCORES')[2]) or ''
    found[#found + 1] = { queue, tenant, waiting, call('ZCARD', list) - waiting, countOf('busy', queue, tenant),
      countOf('held', queue, tenant), oldest }
  end
end
return found
