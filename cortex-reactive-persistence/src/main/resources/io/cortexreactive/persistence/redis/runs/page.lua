-- Gives so many, and among them the tenant and id of each that cannot be read.
-- ARGV: tenant, definition, status, beforeMs, beforeRun, limit, parent
local parent = some(ARGV[7])
local list = parent and P .. 'below:' .. idOf(ARGV[1], parent) or P .. 'page:' .. part(ARGV[1]) .. part(ARGV[2]) .. ARGV[3]
local before, limit = some(ARGV[4]), tonumber(ARGV[6])
local last, found, count, offset = before and idOf(ARGV[1], ARGV[5]), {}, 0, 0
while count < limit do
  local ids = call('ZREVRANGEBYSCORE', list, before or '+inf', '-inf', 'WITHSCORES', 'LIMIT', offset, limit)
  if #ids == 0 then break end
  for i = 1, #ids, 2 do
    local earlier = not last or tonumber(ids[i + 1]) < tonumber(before) or ids[i] < last
    if earlier and count < limit then
      local run, corrupt = look(ids[i])
      if corrupt then
        found[#found + 1] = named(ids[i])
      elseif run and (ARGV[3] == '' or run.status == ARGV[3]) and (ARGV[2] == '' or run.definition == ARGV[2]) then
        count = count + 1
        found[#found + 1] = flat(run)
      end
    end
  end
  offset = offset + limit
end
return found
