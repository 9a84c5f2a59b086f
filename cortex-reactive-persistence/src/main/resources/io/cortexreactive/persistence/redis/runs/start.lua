-- ARGV: tenant, run, definition, version, node, input, snapshot, once, hash, parent, parentSeq, parentBranch, forkedFrom,
--       forkedSeq, commit, queue, priority, deadlineMs, nodeTimeoutMs, worker, claim,
--       delayMs, most waiting
-- Gives {2} for another input under the same key, {3} if the id is another run's, {4} if the queue is full, else {1 if fresh, run}.
local tenant, commit, once = ARGV[1], ARGV[15], some(ARGV[8])
local id = idOf(tenant, ARGV[2])
local run = { tenant = tenant, run = ARGV[2], definition = ARGV[3], version = ARGV[4], node = ARGV[5], once = once,
  hash = some(ARGV[9]), parent = some(ARGV[10]), parentSeq = some(ARGV[11]), forkedFrom = some(ARGV[13]),
  forkedSeq = ARGV[14], queue = ARGV[16], priority = ARGV[17], nodeTimeout = some(ARGV[19]), status = 'pending',
  epoch = '0', seq = '0', snapshotSeq = '0', attempts = '0', crashes = '0', undo = '0', parked = '0',
  available = text(now), created = text(now) }
if run.parent then run.parentBranch = ARGV[12] end

local earlier = once and call('GET', onceKey(run))
local first = earlier and read(idOf(tenant, earlier))
if first and first.hash ~= run.hash then return { '2' } end
if first then return { flag(remembered(idOf(tenant, earlier), commit)), flat(first) } end
local there = read(id)
if there and not remembered(id, commit) then return { '3' } end
if there then return { '1', flat(there) } end
if some(ARGV[23]) then
  local waiting, most = 0, tonumber(ARGV[23])
  for _, each in ipairs(tenantsOf(run.queue)) do
    if waiting < most then waiting = waiting + countOf('waits', run.queue, each) end
  end
  if waiting >= most then return { '4' } end
end
if once then call('SET', onceKey(run), run.run) end
if some(ARGV[18]) then run.deadline = after(ARGV[18]) end
call('SET', keyOf('snapshot', id), ARGV[7])
if some(ARGV[22]) then run.parked, run.available = '1', after(ARGV[22]) end
if some(ARGV[20]) and run.parked == '0' and claims(ARGV[20]) then claim(run, ARGV[20], ARGV[21]) end
write(run, 'start', commit, { payload = ARGV[6] })
remember(run, commit)
save(nil, run)
if run.parent then
  child(run)
  local parent = look(idOf(tenant, run.parent))
  if parent and (isTerminal(parent) or parent.outcome) then abandon(parent) end
end
return { '1', flat(run) }
