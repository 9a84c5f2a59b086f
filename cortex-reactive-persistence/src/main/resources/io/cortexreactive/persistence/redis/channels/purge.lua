-- ARGV: …, age, bytes in all. Those that ended first go first.
for _ = 1, 1000 do
  local first = call('ZRANGE', ended, 0, 0, 'WITHSCORES')
  if not first[1] then break end
  if tonumber(first[2]) > now - ARGV[3] and tonumber(call('GET', inAll) or '0') <= tonumber(ARGV[4]) then break end
  forget(first[1])
end
return { 1 }
