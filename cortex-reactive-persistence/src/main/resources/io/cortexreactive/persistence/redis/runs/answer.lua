-- ARGV: tenant, run, token, request, input, commit. Gives {} or {1 if accepted, status, seq}.
local id = idOf(ARGV[1], ARGV[2])
local before = read(id)
if not before then return {} end
local earlier = call('HGET', keyOf('answers', id), ARGV[4])
if earlier then return { '1', before.status, tonumber(earlier) } end
if before.status ~= 'paused' or before.pauseToken ~= ARGV[3] then return { '0', before.status, tonumber(before.seq) } end
local run = copy(before)
giveAway(run, 'pending')
step(run)
progress(run)
write(run, 'input', ARGV[6], { payload = some(ARGV[5]), request = ARGV[4] })
save(before, run)
return { '1', run.status, tonumber(run.seq) }
