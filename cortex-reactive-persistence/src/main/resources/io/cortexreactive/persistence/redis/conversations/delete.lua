-- ARGV: …, its id. Sent again, it leaves what was said in the meantime.
if call('GET', gone) == ARGV[3] then return { 1 } end
call('DEL', messages, about)
call('SET', gone, ARGV[3], 'PX', 600000)
return { 1 }
