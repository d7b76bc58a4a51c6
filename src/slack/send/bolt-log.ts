// Log adapter of Bolt and the Web API clients, with redaction.
import { LogLevel, type Logger } from '@slack/bolt';
import type { Log } from '../../kernel/log.ts';
import { cutText } from '../../kernel/text.ts';

/** Debug lines are dropped: they hold whole payloads. */
export function boltLog(log: Log): Logger {
  const text = (parts: readonly unknown[]): string => cutText(parts.map(String).join(' '), 500);
  return {
    debug: () => undefined,
    info: (...parts: unknown[]) => log.debug({ said: text(parts) }, 'slack library'),
    warn: (...parts: unknown[]) => log.warn({ said: text(parts) }, 'slack library'),
    error: (...parts: unknown[]) =>
      log.warn({ said: text(parts) }, 'slack library reports an error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
