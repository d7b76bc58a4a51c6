// Lua scripts of approval questions: each state change is atomic.

/** KEYS question, its places. ARGV request, until, now, kept until. */
export const openOnce = `
local untilAt = redis.call('HGET', KEYS[1], 'until')
local made = redis.call('HGET', KEYS[1], 'decision')
local isUndecided = not made or cjson.decode(made)['verdict'] == 'expired'
if not untilAt or (tonumber(untilAt) <= tonumber(ARGV[3]) and isUndecided) then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'request', ARGV[1], 'until', ARGV[2])
  redis.call('PEXPIREAT', KEYS[1], ARGV[4])
end
return 1
`;

/** KEYS question. ARGV decision, now. A hash field is set once, and not after the end. */
export const decideOnce = `
local untilAt = redis.call('HGET', KEYS[1], 'until')
if not untilAt then return nil end
local made = redis.call('HGET', KEYS[1], 'decision')
if made then return made end
if tonumber(untilAt) <= tonumber(ARGV[2]) then return nil end
redis.call('HSET', KEYS[1], 'decision', ARGV[1])
return ARGV[1]
`;

/** KEYS question, slot. ARGV id, request, hash, until, decision that withdraws, now, kept until, start of a question's key. */
export const openInSlot = `
if redis.call('EXISTS', KEYS[1]) == 1 then
  return { ARGV[1], redis.call('HGET', KEYS[1], 'instead') or '' }
end
local before = redis.call('GET', KEYS[2])
local instead = ''
if before then
  local key = ARGV[8] .. before
  local untilAt = redis.call('HGET', key, 'until')
  if untilAt and tonumber(untilAt) > tonumber(ARGV[6]) and redis.call('HEXISTS', key, 'decision') == 0 then
    if redis.call('HGET', key, 'hash') == ARGV[3] then return { before, '' } end
    redis.call('HSET', key, 'decision', ARGV[5])
    instead = before
  end
end
redis.call('HSET', KEYS[1], 'request', ARGV[2], 'hash', ARGV[3], 'until', ARGV[4], 'instead', instead)
redis.call('PEXPIREAT', KEYS[1], ARGV[7])
redis.call('SET', KEYS[2], ARGV[1], 'PXAT', ARGV[7])
return { ARGV[1], instead }
`;

/** KEYS question. ARGV decision, now. */
export const expireOnce = `
local untilAt = redis.call('HGET', KEYS[1], 'until')
if not untilAt or tonumber(untilAt) > tonumber(ARGV[2]) then return nil end
local made = redis.call('HGET', KEYS[1], 'decision')
if not made then
  redis.call('HSET', KEYS[1], 'decision', ARGV[1])
  return ARGV[1]
end
return made
`;

export const reopenSame = `
if redis.call('HGET', KEYS[1], 'decision') == ARGV[1] then redis.call('HDEL', KEYS[1], 'decision') end
return 1
`;
