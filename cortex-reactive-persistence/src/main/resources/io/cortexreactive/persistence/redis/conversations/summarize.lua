-- ARGV: …, expectedUpTo, text, upTo, its id. Gives {1} if it was kept.
local kept = call('HMGET', about, 'upTo', 'summarized')
if kept[2] == ARGV[6] then return { 1 } end
if tonumber(kept[1] or '0') ~= tonumber(ARGV[3]) then return { 0 } end
if tonumber(ARGV[5]) > last() then return { 0 } end
call('HSET', about, 'summary', ARGV[4], 'upTo', ARGV[5], 'summarized', ARGV[6])
return { 1 }
