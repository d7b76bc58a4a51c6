// Structured log: static messages plus fields, each line redacted by value.
import { pino } from 'pino';
import { isFault } from './errors.ts';
import { limitRepeats } from './limited-log.ts';
import type { Redactor } from './redaction.ts';
import { isStoreCode, storeTrouble } from './store-faults.ts';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/** A pino logger that redacts every line and limits repeated store failures. */
export function createLog(options: {
  level: string;
  redactor: Redactor;
  /** Destination of lines; the process's output by default. */
  write?: (line: string) => void;
}): Log {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  const log = pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => write(options.redactor.text(line)) },
  );
  return limitRepeats(log, storeCode);
}

/** The store's fault in a line: by its fault, its error, or its code. */
function storeCode(fields: object): string | undefined {
  const candidates: unknown[] = Object.values(fields);
  for (const value of candidates) {
    const code = isFault(value) ? value.code : value;
    if (typeof code === 'string' && isStoreCode(code)) return code;
    const trouble = storeTrouble(value);
    if (trouble !== undefined) return trouble.code;
  }
  return undefined;
}
