-- ARGV: …, after, limit, age, most bytes. Gives {} for none; publication, last, ended, lost, then numbers and messages.
local known = call('HMGET', about, 'publication', 'last', 'ended', 'held')
if not known[1] then return {} end
local last, after, left = tonumber(known[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local lost = known[3] == '0' and tonumber(known[4]) <= now
local reply, bytes = { known[1], last, tonumber(known[3]), lost and 1 or 0 }, 0
while after < last and left > 0 and bytes <= tonumber(ARGV[6]) do
  local page = call('XRANGE', stream, entry(after + 1), '+', 'COUNT', math.min(left, 16))
  if #page == 0 then break end
  for _, found in ipairs(page) do
    after, left = numberOf(found), left - 1
    if at(found) > now - ARGV[5] then
      table.insert(reply, after)
      table.insert(reply, found[2][2])
      bytes = bytes + #found[2][2]
    end
  end
end
return reply
