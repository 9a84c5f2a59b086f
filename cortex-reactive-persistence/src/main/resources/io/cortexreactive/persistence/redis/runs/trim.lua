-- ARGV: kept for this many ms, limit. Forgets notices that nobody has taken off. Gives 1 if there may be more.
local before, left = '(' .. after(-ARGV[1]), tonumber(ARGV[2])
local ids = call('ZRANGEBYSCORE', P .. 'news', '-inf', before, 'LIMIT', 0, left)
local full = #ids == left
for _, id in ipairs(ids) do
  local old = math.min(left, call('ZCOUNT', keyOf('news', id), '-inf', before))
  if old > 0 then call('ZREMRANGEBYRANK', keyOf('news', id), 0, old - 1) end
  left = left - old
  placeNews(id)
end
return { flag(full or left == 0) }
