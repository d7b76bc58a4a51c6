// Shared Lua code that counts and spaces calls in one sliding window.

/**
 * Defines `nowMs()`, and `admitIn(calls, now, limit, window, free, spacing, tag)`: 0 when the call at `now` (ms) may be made
 * and is then counted in the sorted set `calls`, else the ms to wait. From `free` calls on they are `spacing` ms apart.
 */
export const pacedWindow = `
local function nowMs()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function admitIn(calls, now, limit, window, free, spacing, tag)
  redis.call('ZREMRANGEBYSCORE', calls, '-inf', now - window)
  local count = redis.call('ZCARD', calls)
  if count >= tonumber(limit) then
    local at = count - tonumber(limit)
    local oldest = redis.call('ZRANGE', calls, at, at, 'WITHSCORES')
    return math.max(1, tonumber(oldest[2]) + window - now)
  end
  if count >= tonumber(free) then
    local newest = redis.call('ZRANGE', calls, -1, -1, 'WITHSCORES')
    local due = tonumber(newest[2]) + spacing - now
    if due > 0 then return due end
  end
  redis.call('ZADD', calls, now, now .. ':' .. tag)
  redis.call('PEXPIRE', calls, window)
  return 0
end
`;
