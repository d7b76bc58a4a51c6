// Structured logs: static messages plus fields, every line redacted by value before it leaves.
import { pino } from 'pino';
import type { Redactor } from './redaction.ts';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): Log;
}

/** A pino logger whose every line passes the redactor. */
export function createLog(options: { level: string; redactor: Redactor }): Log {
  return pino(
    { level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write: (line: string) => void process.stdout.write(options.redactor.text(line)),
    },
  );
}
