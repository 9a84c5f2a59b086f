-- Gives what it takes, and the tenant and id of what cannot be read, which it takes off its list.
-- ARGV: worker, claim, queue, limit, 1 for one run only, its tenant, its run, then definition, version of each code
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
for i = 8, #ARGV, 2 do lists[#lists + 1] = P .. 'queue:' .. part(queue) .. part(ARGV[i]) .. ARGV[i + 1] end

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

local function first()
  local found = {}
  for _, list in ipairs(lists) do
    local members = call('ZRANGE', list, 0, limit - #taken - 1, 'WITHSCORES')
    for i = 1, #members, 2 do found[#found + 1] = { list, tonumber(members[i + 1]), members[i] } end
  end
  table.sort(found, function(a, b) if a[2] ~= b[2] then return a[2] < b[2] end return a[3] < b[3] end)
  return found
end

if only then
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
