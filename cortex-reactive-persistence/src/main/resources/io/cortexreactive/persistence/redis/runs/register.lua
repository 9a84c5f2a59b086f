-- ARGV: worker, ttlMs. Gives 0 if it has gone, or 1 and the time.
if known(ARGV[1]) and not lives(ARGV[1]) then return { 0 } end
keep(ARGV[1], ARGV[2], 'live')
call('SADD', P .. 'workers', ARGV[1])
return { 1, now }
