-- ARGV: keys of runs. Puts each where its own fields say that it stands. Gives tenant and id of those that cannot be read.
local unread = {}
for _, key in ipairs(ARGV) do
  local id = string.sub(key, #keyOf('run', '') + 1)
  local run, corrupt = look(id)
  if corrupt and string.match(id, '^%d+:') then unread[#unread + 1] = named(id) end
  if run and idOf(run.tenant, run.run) == id then
    for _, place in pairs(places(run)) do call('ZADD', place[1], place[2], place[3]) end
    enlist(run)
    if run.owner then call('ZADD', P .. 'owners', 0, run.owner) end
    if run.once then call('SET', onceKey(run), run.run, 'NX') end
    if run.parent then
      local parent = look(idOf(run.tenant, run.parent))
      child(run)
      wakeWaiting(idOf(run.tenant, run.parent))
      if parent and (isTerminal(parent) or parent.outcome) then abandon(parent) end
    end
    wakeWaiting(id)
    if isTerminal(run) or run.outcome then abandon(run) end
    placeNews(id)
  end
end
return unread
