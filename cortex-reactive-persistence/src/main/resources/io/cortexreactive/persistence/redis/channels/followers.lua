-- Gives how many there are.
local count, said = 0, call('HGETALL', present)
for i = 1, #said, 2 do
  local followers, expires = string.match(said[i + 1], '^%d+ (%d+) (%d+)$')
  if tonumber(expires) > now then
    count = count + tonumber(followers)
  else
    call('HDEL', present, said[i])
  end
end
return { count }
