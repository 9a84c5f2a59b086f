-- ARGV: …, after, limit
return call('LRANGE', messages, ARGV[3], ARGV[3] + ARGV[4] - 1)
