local kept = call('HMGET', about, 'summary', 'upTo')
if not kept[1] then return {} end
return { kept[1], tonumber(kept[2]) }
