-- Share partners' token buckets among processes. KEYS: the generation, then a bucket each.
-- ARGV: process, milliseconds a holding lives, then held, given back, wanted, needed, rate, size of each partner.
-- Tokens in the bucket and those held by processes never exceed the size together, so no interval sees more than
-- size + rate * its length. A bucket unknown since the counters were seeded starts empty then: a flush gives nothing.
local seeded = redis.call('GET', KEYS[1])
if not seeded then return {-1} end
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1e6
local since = tonumber(string.match(seeded, ':(%d+)$'))
local me, lives_s = 'h' .. ARGV[1], tonumber(ARGV[2]) / 1000
local answer = {1}
for i = 0, #KEYS - 2 do
  local key, a = KEYS[2 + i], 3 + 6 * i
  local held, given, wanted, needed = tonumber(ARGV[a]), tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local rate, size = tonumber(ARGV[a + 4]), tonumber(ARGV[a + 5])
  local tokens, at, mine, others, holders = 0, since, held + given, 0, 1
  local fields = redis.call('HGETALL', key)
  for j = 1, #fields, 2 do
    local field, value = fields[j], fields[j + 1]
    if field == 'tokens' then tokens = tonumber(value)
    elseif field == 'at' then at = tonumber(value)
    else
      local count, expires = string.match(value, '^(%d+):([%d.]+)$')
      if tonumber(expires) < now then redis.call('HDEL', key, field)
      elseif field == me then mine = math.max(mine, tonumber(count))
      else others = others + tonumber(count); holders = holders + 1 end
    end
  end
  tokens = math.max(0, math.min(size - others - mine, tokens + rate * math.max(0, now - at)))
  tokens = math.min(size - others - held, tokens + given)
  local available = math.max(0, math.floor(tokens))
  local grant = math.min(wanted, available)
  if wanted > available then grant = math.min(available, math.max(needed, math.floor(available / holders))) end
  if grant < needed then grant = 0 end
  tokens = tokens - grant
  redis.call('HSET', key, 'tokens', string.format('%.6f', tokens), 'at', string.format('%.6f', now))
  if held + grant > 0 then
    redis.call('HSET', key, me, string.format('%d:%.3f', held + grant, now + lives_s))
  else
    redis.call('HDEL', key, me)
  end
  redis.call('PEXPIRE', key, math.ceil((size / rate + lives_s + 1) * 1000))
  answer[#answer + 1] = grant
  answer[#answer + 1] = math.floor(tokens)
  answer[#answer + 1] = holders
  answer[#answer + 1] = math.ceil(math.max(0, math.max(1, needed) - tokens) / rate * 1000)
end
return answer
