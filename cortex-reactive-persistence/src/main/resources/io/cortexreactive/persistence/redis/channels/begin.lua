-- ARGV: …, publication, lease, age. Gives {1} if it has begun.
local known = call('HMGET', about, 'publication', 'ended', 'held')
if known[1] == ARGV[3] then return { 1 } end
if known[1] and known[2] == '0' and tonumber(known[3]) > now then return { 0 } end
forget(id)
call('HSET', about, 'publication', ARGV[3], 'last', 0, 'ended', 0, 'bytes', 0, 'held', now + ARGV[4])
call('PEXPIRE', about, math.max(ARGV[4] * 2, ARGV[5]))
return { 1 }
