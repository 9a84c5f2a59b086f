-- ARGV: …, process, followers, version, lease
local known = call('HGET', present, ARGV[3])
if known and tonumber(string.match(known, '^%d+')) >= tonumber(ARGV[5]) then return { 0 } end
call('HSET', present, ARGV[3], ARGV[5] .. ' ' .. ARGV[4] .. ' ' .. string.format('%.0f', now + ARGV[6]))
call('PEXPIRE', present, ARGV[6])
return { 1 }
