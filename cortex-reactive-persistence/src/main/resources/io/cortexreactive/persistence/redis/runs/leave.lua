-- ARGV: worker
if known(ARGV[1]) then keep(ARGV[1], 0, 'gone') end
return { 1 }
