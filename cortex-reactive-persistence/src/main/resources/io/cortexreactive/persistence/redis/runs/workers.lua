-- Gives {worker, 1 if draining, until, runs} of each that lives.
local found = {}
for _, worker in ipairs(call('SMEMBERS', P .. 'workers')) do
  local ends, state = known(worker)
  if not ends then
    call('SREM', P .. 'workers', worker)
  elseif now < ends then
    found[#found + 1] = { worker, flag(state ~= 'live'), ends, call('ZCARD', P .. 'owned:' .. worker) }
  end
end
return found
