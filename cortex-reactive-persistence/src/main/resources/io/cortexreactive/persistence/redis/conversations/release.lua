-- ARGV: …, holder
if call('GET', holder) == ARGV[3] then call('DEL', holder) end
return { 1 }
