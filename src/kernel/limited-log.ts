// Rate limit of log lines about store failures, with a count of omitted lines.
import type { Log } from './log.ts';

type Level = 'warn' | 'error';

interface Repeated {
  /** The newest omitted line. */
  last: { readonly level: Level; readonly fields: object; readonly message: string } | undefined;
  suppressed: number;
}

export const repeatMs = 1_000;

/**
 * During a store failure, every command, job and timer of a process logs it at once.
 * @param kindOf names the kind of a repeated line; undefined: the line is always written.
 * @param open kinds that were logged in the last second; a log and its children share it.
 */
export function limitRepeats(
  log: Log,
  kindOf: (fields: object) => string | undefined,
  open = new Map<string, Repeated>(),
): Log {
  const write = (level: Level, fields: object, message: string): void => {
    const kind = kindOf(fields);
    if (kind === undefined) return log[level](fields, message);
    const repeated = open.get(kind);
    if (repeated === undefined) {
      begin(kind);
      return log[level](fields, message);
    }
    repeated.suppressed += 1;
    repeated.last = { level, fields, message };
  };
  const begin = (kind: string): void => {
    const repeated: Repeated = { last: undefined, suppressed: 0 };
    open.set(kind, repeated);
    setTimeout(() => {
      open.delete(kind);
      const { last, suppressed } = repeated;
      if (last === undefined) return;
      begin(kind);
      log[last.level]({ ...last.fields, suppressed: suppressed - 1 }, last.message);
    }, repeatMs).unref();
  };
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => write('warn', fields, message),
    error: (fields, message) => write('error', fields, message),
    child: (fields) => limitRepeats(log.child(fields), kindOf, open),
  };
}
