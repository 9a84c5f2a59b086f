-- Precedes each script. KEYS[1] is the hash tag of a store. ARGV begins with tenant, conversation.
local call = redis.call
local id = #ARGV[1] .. ':' .. ARGV[1] .. ARGV[2]
local function keyOf(kind) return KEYS[1] .. ':' .. kind .. ':' .. id end
local messages, about, holder, gone = keyOf('messages'), keyOf('conversation'), keyOf('holder'), keyOf('deleted')
local function last() return call('LLEN', messages) end
