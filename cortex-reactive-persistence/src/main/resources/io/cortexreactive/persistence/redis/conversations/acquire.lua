-- ARGV: …, holder, ttlMs. Gives {1} if it is this one's.
local other = call('GET', holder)
if other and other ~= ARGV[3] then return { 0 } end
call('SET', holder, ARGV[3], 'PX', ARGV[4])
return { 1 }
