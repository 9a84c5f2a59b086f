-- ARGV: tenant, run, epoch, seq, claim, commit, move, kind, to, node, next, payload, snapshot, error, undo,
--       delayMs, nodeTimeoutMs, token, reason, spec, timeoutMs, sending. Gives 1 if it was made.
local id, commit, move, kind, to = idOf(ARGV[1], ARGV[2]), ARGV[6], ARGV[7], some(ARGV[8]), ARGV[9]
if remembered(id, commit) then return { 1 } end
local before = read(id)
if not before then return { 0 } end
if before.sent == ARGV[22] then return { 1 } end
if before.status ~= 'running' then return { 0 } end
if before.epoch ~= ARGV[3] then return { 0 } end
if before.seq ~= ARGV[4] then return { 0 } end
if some(ARGV[5]) and before.claim ~= ARGV[5] then return { 0 } end
if before.outcome and (to == 'completed' or to == 'failed' or to == 'cancelled') and to ~= before.outcome then return { 0 } end
if before.outcome and (move == 'pause' or move == 'unwind') then return { 0 } end
if move == 'cancelled' and not before.outcome then return { 0 } end

local run = copy(before)
if to ~= 'running' then giveAway(run, to) end
if kind then
  step(run)
  progress(run)
  run.nodeTimeout = some(ARGV[17])
else
  run.sent = ARGV[22]
end
if move == 'park' or move == 'release' then run.attempts = text(math.max(run.attempts - 1, 0)) end
if move == 'park' then run.crashes = '0' end
run.node = some(ARGV[11]) or run.node
run.error = some(ARGV[14]) or run.error
run.undo = text(run.undo + ARGV[15])
if to == 'running' then
  run.hangs = run.nodeTimeout and after(run.nodeTimeout)
elseif to == 'pending' and move ~= 'release' then
  run.parked = flag(ARGV[16] ~= '0')
  run.available = some(ARGV[16]) and after(ARGV[16])
elseif to == 'paused' then
  run.pauseToken, run.pauseReason, run.pauseSpec, run.pauseSince = ARGV[18], ARGV[19], some(ARGV[20]), text(now)
  run.pauseUntil = some(ARGV[21]) and after(ARGV[21])
end
if some(ARGV[13]) then
  call('SET', keyOf('snapshot', id), ARGV[13])
  run.snapshotSeq = run.seq
end
if move == 'unwind' then run.outcome = 'failed' end
if move == 'complete' then run.error = nil end
if isTerminal(run) then finish(run) end
if isTerminal(run) or move == 'unwind' then abandon(run) end
if kind then
  write(run, kind, commit, { node = some(ARGV[10]), payload = some(ARGV[12]), error = some(ARGV[14]) })
  remember(run, commit)
end
conclude(before, run)
return { 1 }
