-- ARGV: tenant, run, seq, branch of each
for i = 1, #ARGV, 4 do
  local id = idOf(ARGV[i], ARGV[i + 1])
  call('ZREM', keyOf('news', id), ARGV[i + 2] .. ':' .. ARGV[i + 3])
  if call('EXISTS', keyOf('news', id)) == 0 then
    call('ZREM', P .. 'news', id)
    call('DEL', keyOf('reader', id))
  end
end
return { 1 }
