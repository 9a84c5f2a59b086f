-- ARGV: tenant, run, commit, snapshot, then field, value of all else. Gives 1 if it was made.
local id, commit, to = idOf(ARGV[1], ARGV[2]), ARGV[3], { tenant = ARGV[1], run = ARGV[2] }
local PAUSE = { 'pauseToken', 'pauseReason', 'pauseSpec', 'pauseSince', 'pauseUntil' }
for i = 5, #ARGV, 2 do to[ARGV[i]] = ARGV[i + 1] end
if to.status ~= 'paused' then
  for _, field in ipairs(PAUSE) do to[field] = nil end
end
local before = read(id)
if remembered(id, commit) then return { 1 } end
if to.status == 'running' then return { 0 } end

local run = before and copy(before) or to
if before then
  if before.status ~= 'pending' and before.status ~= 'paused' then return { 0 } end
  if before.seq ~= to.seq then return { 0 } end
  if before.outcome and to.status ~= 'pending' and to.status ~= before.outcome then return { 0 } end
  step(run)
  run.snapshotSeq, run.node = run.seq, to.node
  if to.status == before.status then
    run.epoch = text(run.epoch + 1)
  else
    giveAway(run, to.status)
    for _, field in ipairs(PAUSE) do run[field] = to[field] end
    if isTerminal(run) then
      finish(run)
      abandon(run)
    end
  end
else
  run.queue, run.priority, run.crashes, run.parked, run.available = 'default', '100', '0', '0', run.created
  run.completed = isTerminal(run) and (run.completed or text(now)) or nil
  if isTerminal(run) then run.outcome = nil end
end
call('SET', keyOf('snapshot', id), ARGV[4])
write(run, 'patch', commit, { node = before and run.node, payload = ARGV[4] })
remember(run, commit)
if not before and run.parent then child(run) end
conclude(before, run)
return { 1 }
