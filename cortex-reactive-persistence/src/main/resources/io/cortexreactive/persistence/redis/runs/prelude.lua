-- Precedes each script. KEYS[1] is the hash tag of a store, which all its keys begin with. An empty argument is none.
-- Times are microseconds, as text: a number joined to a text would lose digits.
local call, P = redis.call, KEYS[1] .. ':'
local clock = call('TIME')
local now = clock[1] * 1000000 + clock[2]

local function text(number) return string.format('%.0f', number) end
local function some(value) if value ~= nil and value ~= '' then return value end return nil end
local function part(value) return #value .. ':' .. value end
local function idOf(tenant, run) return part(tenant) .. run end
local function flag(value) return value and '1' or '0' end
local function after(ms) return text(now + ms * 1000) end

local function keyOf(kind, id) return P .. kind .. ':' .. id end

local NEEDED = { 'tenant', 'run', 'definition', 'version', 'status', 'queue', 'parked' }
local NUMBERS = { 'epoch', 'seq', 'snapshotSeq', 'attempts', 'crashes', 'undo', 'priority', 'created' }
local TIMES = { 'available', 'completed', 'pauseSince', 'pauseUntil', 'hangs', 'taken', 'told', 'nodeTimeout', 'parentSeq', 'deadline' }
local WITH = { running = 'owner', paused = 'pauseToken', completed = 'completed', failed = 'completed', cancelled = 'completed', pending = 'status' }

-- Whether a run has what scripts go by; whatever else it says is its reader's.
local function sound(run)
  for _, field in ipairs(NEEDED) do if not run[field] then return false end end
  for _, field in ipairs(NUMBERS) do if not tonumber(run[field]) then return false end end
  for _, field in ipairs(TIMES) do if run[field] and not tonumber(run[field]) then return false end end
  if run.parent and not (run.parentSeq and run.parentBranch) then return false end
  if run.status == 'pending' and run.parked == '0' and not run.available then return false end
  return WITH[run.status] ~= nil and run[WITH[run.status]] ~= nil
end

-- What is kept of a run, whether it can be read or not; nil if nothing is.
local function kept(id)
  local flat, run = redis.pcall('HGETALL', keyOf('run', id)), {}
  if flat.err then return run end
  if #flat == 0 then return nil end
  for i = 1, #flat, 2 do run[flat[i]] = flat[i + 1] end
  return run
end

-- The run, for a list of several: nil if there is none, and whether one is there that cannot be read.
local function look(id)
  local run = kept(id)
  if not run then return nil, false end
  if sound(run) then return run, false end
  return nil, true
end

-- The run that a script is about; nil if there is none.
local function read(id)
  local run, corrupt = look(id)
  if corrupt then error('CORRUPT_RUN ' .. id) end
  return run
end

-- Of which run an id is.
local function named(id)
  local length = string.match(id, '^%d+')
  local first = #length + 2
  return { 'tenant', string.sub(id, first, first + length - 1), 'run', string.sub(id, first + length) }
end

local function copy(run)
  local other = {}
  for field, value in pairs(run) do other[field] = value end
  return other
end

local function isTerminal(run) return run.status == 'completed' or run.status == 'failed' or run.status == 'cancelled' end

local function onceKey(run) return P .. 'once:' .. part(run.tenant) .. part(run.definition) .. run.once end

-- The lists across runs in which a run stands, as its own fields say: key and member, with the score.
local function places(run)
  local id, found = idOf(run.tenant, run.run), {}
  local function stands(list, score, member) found[list .. '\n' .. member] = { P .. list, score, member } end
  for _, definition in ipairs({ '', run.definition }) do
    for _, status in ipairs({ '', run.status }) do
      stands('page:' .. part(run.tenant) .. part(definition) .. status, run.created, id)
    end
  end
  if run.parent then stands('below:' .. idOf(run.tenant, run.parent), run.created, id) end
  if run.deadline and not run.outcome and (run.status == 'pending' or run.status == 'paused') then stands('late', run.deadline, id) end
  local share = part(run.queue) .. run.tenant
  if run.status == 'pending' then stands('waits:' .. share, run.available or '+inf', id) end
  if run.status == 'pending' and run.parked == '0' then
    local code = part(run.definition) .. run.version
    local member = string.format('%017.0f', tonumber(run.available)) .. ':' .. id
    stands('queue:' .. part(run.queue) .. code, run.priority, member)
    stands('turn:' .. part(run.queue) .. part(run.tenant) .. code, run.priority, member)
  elseif run.status == 'pending' and run.available then
    stands('due', run.available, id)
  elseif run.status == 'running' then
    stands('owned:' .. run.owner, '0', id)
    stands('busy:' .. share, '0', id)
    if run.hangs then stands('hanging', run.hangs, id) end
  elseif run.status == 'paused' then
    stands('held:' .. share, '0', id)
    if run.pauseSince then stands('paused', run.pauseSince, id) end
    if run.pauseUntil then stands('pauses', run.pauseUntil, id) end
  elseif isTerminal(run) then
    stands('done', run.completed, id)
  end
  return found
end

-- Has a run's tenant be known in its queue, for as long as it has a run there that has not ended.
local function enlist(run)
  if not isTerminal(run) then
    call('SADD', P .. 'queues', run.queue)
    call('SADD', P .. 'tenants:' .. run.queue, run.tenant)
  end
end

-- How many runs of a tenant stand in one of its lists of a queue.
local function countOf(list, queue, tenant) return call('ZCARD', P .. list .. ':' .. part(queue) .. tenant) end

-- The tenants of a queue, without those that have nothing there any more.
local function tenantsOf(queue)
  local found = {}
  for _, tenant in ipairs(call('SMEMBERS', P .. 'tenants:' .. queue)) do
    if countOf('waits', queue, tenant) + countOf('busy', queue, tenant) + countOf('held', queue, tenant) > 0 then
      found[#found + 1] = tenant
    else
      call('SREM', P .. 'tenants:' .. queue, tenant)
    end
  end
  if #found == 0 then call('SREM', P .. 'queues', queue) end
  return found
end

-- Keeps a run and its places; `before` is nil for a new one.
local function save(before, run)
  if not before then enlist(run) end
  local key, old, new = keyOf('run', idOf(run.tenant, run.run)), before and places(before) or {}, places(run)
  for field, value in pairs(run) do
    if not before or before[field] ~= value then call('HSET', key, field, value) end
  end
  for field in pairs(before or {}) do
    if run[field] == nil then call('HDEL', key, field) end
  end
  for name, place in pairs(old) do
    if not new[name] then call('ZREM', place[1], place[3]) end
  end
  for name, place in pairs(new) do
    if not old[name] or old[name][2] ~= place[2] then call('ZADD', place[1], place[2], place[3]) end
  end
end

-- A notice stands at its time, or after the one before: so its age is known.
local function tell(run, seq, branch)
  local id = idOf(run.tenant, run.run)
  run.told = text(math.max(now, (run.told or 0) + 1))
  call('HSET', keyOf('run', id), 'told', run.told)
  call('ZADD', keyOf('news', id), run.told, seq .. ':' .. branch)
  call('ZADD', P .. 'news', 'NX', run.told, id)
end

-- Has a run stand where its first notice does.
local function placeNews(id)
  local first = call('ZRANGE', keyOf('news', id), 0, 0, 'WITHSCORES')[2]
  if first then call('ZADD', P .. 'news', first, id) else call('ZREM', P .. 'news', id) end
end

-- Adds the entry of a run's latest transition.
local function write(run, kind, commit, entry)
  local id, seq = idOf(run.tenant, run.run), tonumber(run.seq)
  call('RPUSH', keyOf('journal', id), cmsgpack.pack({ seq, '', kind, entry.node or false, entry.payload or false,
    entry.error or false, entry.request or false, commit, tonumber(run.epoch), now }))
  tell(run, run.seq, '')
  if entry.request then call('HSET', keyOf('answers', id), entry.request, run.seq) end
end

local function remember(run, commit) call('SADD', keyOf('commits', idOf(run.tenant, run.run)), commit) end
local function remembered(id, commit) return call('SISMEMBER', keyOf('commits', id), commit) == 1 end

-- Makes a run nobody's.
local function giveAway(run, status)
  run.status, run.epoch = status, text(run.epoch + 1)
  run.owner, run.claim, run.hangs, run.taken = nil, nil, nil, nil
  run.pauseToken, run.pauseReason, run.pauseSpec, run.pauseSince, run.pauseUntil = nil, nil, nil, nil, nil
  run.parked, run.available = '0', text(now)
end

local function step(run) run.seq = text(run.seq + 1) end
local function progress(run) run.attempts, run.crashes = '0', '0' end

local function finish(run) run.completed, run.outcome = text(now), nil end

local function child(run)
  call('ZADD', keyOf('children', idOf(run.tenant, run.parent)), run.parentSeq, idOf(run.tenant, run.run))
end

-- Lets a run go on that waits for one of its own, if one has ended whose result it does not have.
local function wakeWaiting(id)
  local before = look(id)
  if not before or before.status ~= 'pending' or before.parked ~= '1' or before.available then return end
  local seq = text(before.seq + 1)
  for _, each in ipairs(call('ZRANGEBYSCORE', keyOf('children', id), seq, seq)) do
    local own = look(each)
    local known = own and call('HEXISTS', keyOf('branches', id), seq .. ':' .. own.parentBranch) == 1
    if own and isTerminal(own) and not known then
      local run = copy(before)
      run.parked, run.available = '0', text(now)
      return save(before, run)
    end
  end
end

-- Keeps what a transition has made of a run, and lets go on who waits for that.
local function conclude(before, run)
  save(before, run)
  if run.status == 'pending' then wakeWaiting(idOf(run.tenant, run.run)) end
  if isTerminal(run) and run.parent then wakeWaiting(idOf(run.tenant, run.parent)) end
end

-- Of a run that has ended or compensates: has runs of its own looked at.
local function abandon(run)
  local id = idOf(run.tenant, run.run)
  if call('EXISTS', keyOf('children', id)) == 1 then call('ZADD', P .. 'orphaned', now, id) end
end

-- Ends a run, or begins to compensate.
local function fail(run, outcome, commit, entry)
  giveAway(run, 'pending')
  step(run)
  progress(run)
  if tonumber(run.undo) > 0 then
    run.outcome = outcome
    write(run, 'unwind', commit, entry)
  else
    run.status = outcome
    finish(run)
    write(run, 'terminal', commit, entry)
  end
  abandon(run)
end

-- What a list has that is over by then, the earliest first.
local function over(list, time, count) return call('ZRANGEBYSCORE', P .. list, '-inf', time, 'LIMIT', 0, count) end

-- Changes runs that a list names, and which were to be by then if one is given. Each is looked at itself; what does not
-- stand there any more is taken out.
local function each(list, ids, time, change)
  for _, id in ipairs(ids) do
    local run = look(id)
    local place = run and places(run)[list .. '\n' .. id]
    if not place then
      call('ZREM', P .. list, id)
    elseif time and tonumber(place[2]) > time then
      call('ZADD', P .. list, place[2], id)
    else
      change(run)
    end
  end
end

local function known(worker)
  local ends, state = string.match(call('GET', keyOf('worker', worker)) or '', '^(%d+):(%a+)$')
  return tonumber(ends), state
end
local function lives(worker)
  local ends = known(worker)
  return ends ~= nil and now < ends
end
local function claims(worker)
  local _, state = known(worker)
  return lives(worker) and state == 'live'
end
-- A worker that has gone is known for a day more, so that its id is not used again.
local function keep(worker, ttl, state)
  call('SET', keyOf('worker', worker), after(ttl) .. ':' .. state, 'PX', text(ttl + 86400000))
end

local function claim(run, worker, token)
  run.status, run.owner, run.claim, run.taken = 'running', worker, token, text(now)
  run.epoch, run.attempts = text(run.epoch + 1), text(run.attempts + 1)
  run.available, run.started = nil, run.started or text(now)
  run.hangs = run.nodeTimeout and after(run.nodeTimeout)
  call('ZADD', P .. 'owners', 0, worker)
end

local function flat(run)
  local id, fields = idOf(run.tenant, run.run), {}
  for field, value in pairs(run) do
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
  fields[#fields + 1] = 'snapshot'
  fields[#fields + 1] = call('GET', keyOf('snapshot', id)) or ''
  return fields
end

local KINDS = { 'run', 'snapshot', 'journal', 'branches', 'branching', 'commits', 'answers', 'children', 'news', 'reader' }

-- The lists that nobody takes a run out of who finds that it is gone.
local function unlist(run, id)
  for _, definition in ipairs({ '', run.definition or '' }) do
    local list = P .. 'page:' .. part(run.tenant) .. part(definition)
    call('ZREM', list, id)
    for status in pairs(WITH) do call('ZREM', list .. status, id) end
  end
  if run.parent then call('ZREM', P .. 'below:' .. idOf(run.tenant, run.parent), id) end
end

local function forget(run)
  local id = idOf(run.tenant, run.run)
  if sound(run) then
    for _, place in pairs(places(run)) do call('ZREM', place[1], place[3]) end
  else
    unlist(run, id)
  end
  for _, kind in ipairs(KINDS) do call('DEL', keyOf(kind, id)) end
  for _, list in ipairs({ 'news', 'orphaned' }) do call('ZREM', P .. list, id) end
  if run.parent then call('ZREM', keyOf('children', idOf(run.tenant, run.parent)), id) end
  if run.once and run.definition and call('GET', onceKey(run)) == run.run then call('DEL', onceKey(run)) end
end
