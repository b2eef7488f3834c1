-- Give unspent tokens back. KEYS: the generation, a day's counter, its month's. ARGV: tokens.
-- Without a generation the counters are about to be seeded from the ledger, which has the tokens back already.
if not redis.call('GET', KEYS[1]) then return 0 end
for i = 2, 3 do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('DECRBY', KEYS[i], ARGV[1]) end
end
return 1
