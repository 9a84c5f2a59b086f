-- ARGV: limit, commit, error of a run whose deadline has come, and for how many ms runs may be paused, if not for ever.
-- Gives {tenant, run, definition, version, change, seq} of each.
local limit, commit, late, said = tonumber(ARGV[1]), ARGV[2], ARGV[3], keyOf('expired', ARGV[2])
local ended = {}

-- Sent again: what it said the first time.
local earlier = call('GET', said)
if earlier then return cmsgpack.unpack(earlier) end

local function finished(before, outcome, error)
  local run = copy(before)
  run.error = error or run.error
  fail(run, outcome, commit, { error = error })
  conclude(before, run)
  local change = run.outcome and 'UNWINDING' or string.upper(outcome)
  ended[#ended + 1] = { run.tenant, run.run, run.definition, run.version, change, tonumber(run.seq) }
end

each('late', over('late', now, limit), now, function(before) finished(before, 'failed', late) end)
if some(ARGV[4]) then
  local since = tonumber(after(-ARGV[4]))
  each('paused', over('paused', since, limit), since, function(before) finished(before, 'cancelled') end)
end
if #ended > 0 then call('SET', said, cmsgpack.pack(ended), 'PX', 600000) end
return ended
