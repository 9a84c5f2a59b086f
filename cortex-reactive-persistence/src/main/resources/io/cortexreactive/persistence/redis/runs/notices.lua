-- ARGV: reader, limit, leaseMs. Gives {tenant, run, definition, version, seq, branch, position} of each.
local reader, limit, found, from = ARGV[1], tonumber(ARGV[2]), {}, 0
repeat
  local ids = call('ZRANGE', P .. 'news', from, from + 99)
  from = from + #ids
  for _, id in ipairs(ids) do
    local other = call('GET', keyOf('reader', id))
    if #found < limit and (not other or other == reader) then
      local run = look(id)
      local news = call('ZRANGE', keyOf('news', id), 0, limit - #found - 1, 'WITHSCORES')
      if not run or #news == 0 then
        call('ZREM', P .. 'news', id)
        from = from - 1
      else
        call('SET', keyOf('reader', id), reader, 'PX', ARGV[3])
        for i = 1, #news, 2 do
          local seq, branch = string.match(news[i], '^(%d+):(.*)$')
          found[#found + 1] = { run.tenant, run.run, run.definition, run.version, tonumber(seq), branch, news[i + 1] }
        end
      end
    end
  end
until #ids == 0 or #found >= limit
return found
