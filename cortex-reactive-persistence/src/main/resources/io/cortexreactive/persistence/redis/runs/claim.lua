-- Gives what it takes, and the tenant and id of what cannot be read, which it takes off its list.
-- ARGV: worker, claim, queue, limit, 1 for one run only, its tenant, its run, most of a tenant if fair, then definition, version of each code
local worker, token, queue, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local taken, unread, claimed, lists = {}, {}, keyOf('claim', token), {}
local only = ARGV[5] == '1' and idOf(ARGV[6], ARGV[7]) or nil

-- Sent again: what it took the first time, and still has.
if call('EXISTS', claimed) == 1 then
  for _, id in ipairs(call('LRANGE', claimed, 0, -1)) do
    local run = look(id)
    if run and run.claim == token then taken[#taken + 1] = flat(run) end
  end
  return taken
end
if not claims(worker) then return taken end
local perTenant, codes = tonumber(ARGV[8]), {}
for i = 9, #ARGV, 2 do
  codes[#codes + 1] = part(ARGV[i]) .. ARGV[i + 1]
  lists[#lists + 1] = P .. 'queue:' .. part(queue) .. codes[#codes]
end

local function take(list, score, member)
  local id = string.sub(member, 19)
  local before, corrupt = look(id)
  if corrupt then
    unread[#unread + 1] = named(id)
    return call('ZREM', list, member)
  end
  local place = before and places(before)[string.sub(list, #P + 1) .. '\n' .. member]
  if not place or tonumber(place[2]) ~= score then return call('ZREM', list, member) end
  local run = copy(before)
  claim(run, worker, token)
  save(before, run)
  taken[#taken + 1] = flat(run)
  call('RPUSH', claimed, id)
end

-- How many runs of a tenant are running; where these seem to be the most, only those that are.
local function running(tenant)
  local list, full = 'busy:' .. part(queue) .. tenant, countOf('busy', queue, tenant) >= perTenant
  for _, id in ipairs(full and call('ZRANGE', P .. list, 0, -1) or {}) do
    local run = look(id)
    if not run or not places(run)[list .. '\n' .. id] then call('ZREM', P .. list, id) end
  end
  return countOf('busy', queue, tenant)
end

-- Of a tenant, the most urgent one that waits.
local function mostUrgent(tenant)
  local best
  for _, code in ipairs(codes) do
    local list = P .. 'turn:' .. part(queue) .. part(tenant) .. code
    local found = call('ZRANGE', list, 0, 0, 'WITHSCORES')
    local score = tonumber(found[2])
    if score and (not best or score < best[2] or score == best[2] and found[1] < best[3]) then best = { list, score, found[1] } end
  end
  return best
end

-- Those who have the fewest running come first; of several, by lot.
local function inTurn()
  local turns = {}
  for _, tenant in ipairs(tenantsOf(queue)) do
    local count = running(tenant)
    if count < perTenant then turns[#turns + 1] = { tenant, count, redis.sha1hex(token .. tenant) } end
  end
  while #taken < limit and #turns > 0 do
    local at = 1
    for i, turn in ipairs(turns) do
      if turn[2] < turns[at][2] or turn[2] == turns[at][2] and turn[3] < turns[at][3] then at = i end
    end
    local turn, before = turns[at], #taken
    local best = turn[2] < perTenant and mostUrgent(turn[1])
    if best then take(best[1], best[2], best[3]) end
    turn[2] = turn[2] + #taken - before
    if not best then table.remove(turns, at) end
  end
end

local function first()
  local found = {}
  for _, list in ipairs(lists) do
    local members = call('ZRANGE', list, 0, limit - #taken - 1, 'WITHSCORES')
    for i = 1, #members, 2 do found[#found + 1] = { list, tonumber(members[i + 1]), members[i] } end
  end
  table.sort(found, function(a, b) if a[2] ~= b[2] then return a[2] < b[2] end return a[3] < b[3] end)
  return found
end

if only and perTenant and running(ARGV[6]) >= perTenant then return taken end
if perTenant and not only then
  inTurn()
elseif only then
  local run = look(only)
  for _, place in pairs(run and places(run) or {}) do
    for _, list in ipairs(lists) do
      if place[1] == list then take(list, tonumber(place[2]), place[3]) end
    end
  end
else
  repeat
    local found = first()
    for _, each in ipairs(found) do
      if #taken < limit then take(each[1], each[2], each[3]) end
    end
  until #taken >= limit or #found == 0
end
if #taken > 0 then call('PEXPIRE', claimed, 600000) end
for _, each in ipairs(unread) do taken[#taken + 1] = each end
return taken
