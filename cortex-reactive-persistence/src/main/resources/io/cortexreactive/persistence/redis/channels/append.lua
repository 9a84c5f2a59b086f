-- ARGV: …, publication, after, last, ifLost, lease, age, most, bytes, overhead, then the messages. Gives {1} if they are kept.
local known = call('HMGET', about, 'publication', 'last', 'ended', 'held', 'bytes')
if known[1] ~= ARGV[3] then return { 0 } end
local after, first = tonumber(ARGV[4]), 12
local latest = after + #ARGV - first + 1
if tonumber(known[2]) == latest and latest > after and known[3] == ARGV[5] then return { 1 } end
if tonumber(known[2]) ~= after or known[3] == '1' then return { 0 } end
if ARGV[6] == '1' and tonumber(known[4]) > now then return { 0 } end
local bytes, age = tonumber(known[5]), tonumber(ARGV[8])
for i = first, #ARGV do
  call('XADD', stream, entry(after + i - first + 1), 'm', ARGV[i], 'b', bytes, 't', now)
  bytes = bytes + #ARGV[i] + ARGV[11]
end
call('HSET', about, 'last', latest, 'ended', ARGV[5], 'bytes', bytes, 'held', now + ARGV[7])
local from = '-'
while true do
  local oldest = call('XRANGE', stream, from, '+', 'COUNT', 1)[1]
  if not oldest then break end
  local number = numberOf(oldest)
  if number > latest - ARGV[9] and bytesBefore(oldest) >= bytes - ARGV[10] and at(oldest) > now - age then break end
  from = entry(number + 1)
end
if from ~= '-' then call('XTRIM', stream, 'MINID', from) end
call('PEXPIRE', about, math.max(ARGV[7] * 2, age))
if latest > after then call('PEXPIRE', stream, age) end
if ARGV[5] == '1' then
  local size = string.format('%.0f', math.min(bytes, ARGV[10]))
  call('HSET', sizes, id, size)
  call('INCRBY', inAll, size)
  call('ZADD', ended, now, id)
end
return { 1 }
