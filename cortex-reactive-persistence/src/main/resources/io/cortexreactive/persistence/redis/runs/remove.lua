-- ARGV: tenant, run. Gives 0 if it is under way, 1 if it was forgotten, 2 if there is none. It need not be readable.
local run = kept(idOf(ARGV[1], ARGV[2]))
if not run then return { 2 } end
run.tenant, run.run = ARGV[1], ARGV[2]
if not isTerminal(run) and run.started then return { 0 } end
forget(run)
return { 1 }
