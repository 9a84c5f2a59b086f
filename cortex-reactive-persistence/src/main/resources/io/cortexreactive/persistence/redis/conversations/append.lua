-- ARGV: …, expectedLast, append, then the messages. Gives {} if the conversation is another.
local known = call('HMGET', about, 'append', 'end')
if known[1] == ARGV[4] then return { tonumber(known[2]) } end
if last() ~= tonumber(ARGV[3]) then return {} end
for i = 5, #ARGV do call('RPUSH', messages, ARGV[i]) end
if #ARGV > 4 then call('HSET', about, 'append', ARGV[4], 'end', last()) end
return { last() }
