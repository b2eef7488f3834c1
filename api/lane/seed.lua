-- Put the ledger's sums into the counters. KEYS: the generation, then counters. ARGV: new generation, seconds since buckets
-- were last drawn on, then tokens and seconds to live of each. An older seeding never replaces a newer one.
local seeded = redis.call('GET', KEYS[1])
if seeded and tonumber(string.match(seeded, '^%d+')) >= tonumber(ARGV[1]) then return 0 end
for i = 2, #KEYS do
  redis.call('SET', KEYS[i], ARGV[2 * i - 1], 'EX', ARGV[2 * i])
end
local now = redis.call('TIME')
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. (tonumber(now[1]) - tonumber(ARGV[2])))
return 1
