-- ARGV: tenant, run, epoch, seq, claim, commit, branch, payload, error. Gives 1 if it was made, 2 if there is one.
local id, commit, branch = idOf(ARGV[1], ARGV[2]), ARGV[6], ARGV[7]
if remembered(id, commit) then return { 1 } end
local run = read(id)
if not run then return { 0 } end
if run.status ~= 'running' then return { 0 } end
if run.epoch ~= ARGV[3] then return { 0 } end
if run.seq ~= ARGV[4] then return { 0 } end
if some(ARGV[5]) and run.claim ~= ARGV[5] then return { 0 } end

local seq = text(run.seq + 1)
local name = seq .. ':' .. branch
if call('HEXISTS', keyOf('branches', id), name) == 1 then return { 2 } end
local count = call('HLEN', keyOf('branches', id))
call('HSET', keyOf('branches', id), name, cmsgpack.pack({ tonumber(seq), branch, 'branch', branch, some(ARGV[8]) or false,
  some(ARGV[9]) or false, false, commit, tonumber(run.epoch), now }))
call('ZADD', keyOf('branching', id), seq, string.format('%08d:', count) .. name)
tell(run, seq, branch)
remember(run, commit)
return { 1 }
