-- ARGV: tenant, run. Gives {} or the run.
local run = read(idOf(ARGV[1], ARGV[2]))
if not run then return {} end
return { flat(run) }
