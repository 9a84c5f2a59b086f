-- ARGV: tenant, run, commit. Gives {} or {1 if accepted, status, seq}.
local id = idOf(ARGV[1], ARGV[2])
local before = read(id)
if not before then return {} end
if remembered(id, ARGV[3]) then return { '1', before.status, tonumber(before.seq) } end
if isTerminal(before) or before.outcome then return { '0', before.status, tonumber(before.seq) } end
local run = copy(before)
fail(run, 'cancelled', ARGV[3], {})
remember(run, ARGV[3])
conclude(before, run)
return { '1', run.status, tonumber(run.seq) }
