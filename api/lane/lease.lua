-- Lease day and month tokens in blocks. KEYS: the generation, then day and month of each partner.
-- ARGV: seconds a day's and a month's counter live, then want, need, per day, per month of each partner.
-- A block is at most an eighth of what is left (never less than needed), so that the last token can be spent anywhere.
local seeded = redis.call('GET', KEYS[1])
if not seeded then return {-1} end
local answer = {tonumber(string.match(seeded, '^%d+'))}
for i = 0, (#KEYS - 1) / 2 - 1 do
  local day, month = KEYS[2 + 2 * i], KEYS[3 + 2 * i]
  local want, need = tonumber(ARGV[3 + 4 * i]), tonumber(ARGV[4 + 4 * i])
  local day_left = tonumber(ARGV[5 + 4 * i]) - tonumber(redis.call('GET', day) or '0')
  local month_left = tonumber(ARGV[6 + 4 * i]) - tonumber(redis.call('GET', month) or '0')
  local left = math.min(day_left, month_left)
  local grant = math.min(want, math.max(need, math.floor(left / 8)))
  if grant > left then grant = 0 end
  if grant > 0 then
    redis.call('INCRBY', day, grant)
    redis.call('EXPIRE', day, ARGV[1])
    redis.call('INCRBY', month, grant)
    redis.call('EXPIRE', month, ARGV[2])
  end
  answer[#answer + 1] = grant
  answer[#answer + 1] = day_left - grant
  answer[#answer + 1] = month_left - grant
end
return answer
