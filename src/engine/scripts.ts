// The Lua that keeps journal, lock and open set in step with each other; each script is one atomic move.

/**
 * Creates a run and takes its gateway's lock, or says who holds it.
 * KEYS journal, lock, open, runs, runs of the target. ARGV run id, event, ms now.
 * Answers {'created'}, {'exists'} or {'locked', holder}.
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
 * Appends if the journal is as long as it was when read.
 * KEYS journal, lock, open. ARGV run id, event, length read, lock: keep | release | take.
 * Answers {'appended'}, {'stale'} or {'locked', holder}.
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
 * Takes a run out of the open set if nothing was appended since its card was shown.
 * KEYS journal, open. ARGV run id, length shown. Answers 1 or 0.
 */
export const settleRun = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[2]) then return 0 end
redis.call('SREM', KEYS[2], ARGV[1])
return 1
`;
