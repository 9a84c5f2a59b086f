-- Precedes each script. KEYS[1] is the hash tag of a store. ARGV begins with tenant, channel.
local call = redis.call
local id = #ARGV[1] .. ':' .. ARGV[1] .. ARGV[2]
local function keyOf(kind) return KEYS[1] .. ':' .. kind .. ':' .. id end
local about, stream, present = keyOf('channel'), keyOf('channel-messages'), keyOf('channel-followers')
local ended, sizes, inAll = KEYS[1] .. ':channels-ended', KEYS[1] .. ':channel-sizes', KEYS[1] .. ':channels-in-all'
local time = call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- An entry is message, bytes before it, time; its id is its number.
local function entry(number) return string.format('%.0f-0', number) end
local function numberOf(found) return tonumber(string.match(found[1], '^%d+')) end
local function bytesBefore(found) return tonumber(found[2][4]) end
local function at(found) return tonumber(found[2][6]) end
local function forget(which)
  call('DEL', KEYS[1] .. ':channel:' .. which, KEYS[1] .. ':channel-messages:' .. which)
  call('DECRBY', inAll, call('HGET', sizes, which) or 0)
  call('HDEL', sizes, which)
  call('ZREM', ended, which)
end
