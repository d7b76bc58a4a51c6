// Lua scripts for journal, lock and open set; each is atomic.

/**
 * Creates a run and takes its gateway's lock, or returns its holder.
 * KEYS journal, lock, open, runs, runs of the target. ARGV run id, event, ms now.
 * Returns {'created'}, {'exists'} or {'locked', holder}.
 */
export const createRun = `
if redis.call('EXISTS', KEYS[1]) == 1 then return {'exists'} end
local holder = redis.call('GET', KEYS[2])
if holder then return {'locked', holder} end
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[1])
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[5], ARGV[3], ARGV[1])
return {'created'}
`;

/**
 * Appends if the journal's length is the same as at the read.
 * KEYS journal, lock, open. ARGV run id, event, length read, lock: keep | release | take.
 * Returns {'appended'}, {'stale'} or {'locked', holder}.
 */
export const appendEvent = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[3]) then return {'stale'} end
local holder = redis.call('GET', KEYS[2])
if ARGV[4] == 'take' and holder and holder ~= ARGV[1] then return {'locked', holder} end
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('SADD', KEYS[3], ARGV[1])
if ARGV[4] == 'take' then redis.call('SET', KEYS[2], ARGV[1]) end
if ARGV[4] == 'release' and holder == ARGV[1] then redis.call('DEL', KEYS[2]) end
return {'appended'}
`;

/**
 * Removes a run from the open set if nothing was appended since its card was shown.
 * KEYS journal, open. ARGV run id, length shown. Returns 1 or 0.
 */
export const settleRun = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return 0 end
redis.call('SREM', KEYS[2], ARGV[1])
return 1
`;
