-- ARGV: tenant, run, after, limit. Gives {1 if there may be more, entries}.
local id, after, limit = idOf(ARGV[1], ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local run, entries = read(id), {}
if not run then return { '0', {} } end
local first = tonumber(run.seq) + 1 - call('LLEN', keyOf('journal', id))
local begin = math.max(after + 1, first)
local last = math.min(tonumber(run.seq), begin + limit - 1)

local function unpacked(packed)
  local known, entry = pcall(cmsgpack.unpack, packed)
  if not known or type(entry) ~= 'table' then error('CORRUPT_RUN ' .. id) end
  return entry
end

local function branches(from, to)
  for _, name in ipairs(call('ZRANGEBYSCORE', keyOf('branching', id), from, to)) do
    entries[#entries + 1] = unpacked(call('HGET', keyOf('branches', id), string.sub(name, 10)))
  end
end

if begin <= last then
  for i, packed in ipairs(call('LRANGE', keyOf('journal', id), begin - first, last - first)) do
    branches(begin + i - 1, begin + i - 1)
    entries[#entries + 1] = unpacked(packed)
  end
end
local full = last - begin + 1 >= limit
if not full then branches('(' .. math.max(after, tonumber(run.seq)), '+inf') end
return { flag(full), entries }
