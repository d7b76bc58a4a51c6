// Server-sent events of an answer, from text that comes in any cut, as its progress.
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseJson } from '../../kernel/json.ts';
import { type Progress, advance, nothingYet } from './ending.ts';
import { readBody } from './schema.ts';

export interface EventReader {
  feed(text: string): void;
  /** Takes what has come without its last line break; nothing comes after. */
  end(): void;
  readonly progress: () => Progress;
  /** `[DONE]` has come, or an error: what follows is not read. */
  readonly isOver: () => boolean;
}

const keepAlive = ['ping', 'keepalive', 'keep-alive', 'heartbeat'];
/** Kept of a text that has no event, in case that it is a body without any. */
const keptChars = 65_536;

export function createEventReader(): EventReader {
  let progress = nothingYet;
  let isDone = false;
  let isEnding = false;
  let hasEvents = false;
  let plain = '';
  const take = ({ event, data }: EventSourceMessage): void => {
    hasEvents = true;
    const raw = data.replace(/^\uFEFF/, '').trim();
    const isError = event === 'error';
    if (isDone || progress.fault !== undefined) return;
    if (!isError && (raw === '' || keepAlive.includes(event ?? ''))) return;
    if (raw === '[DONE]') {
      isDone = true;
      return;
    }
    // The connection ended inside of it.
    if (isEnding && parseJson(raw) === undefined) return;
    const { events } = readBody(raw);
    const texts = events.filter(({ kind }) => kind === 'text');
    progress = advance(progress, isError ? [...texts, faultOf(raw)] : events);
  };
  const parser = createParser({ onEvent: take });
  return {
    feed: (text) => {
      if (!hasEvents) plain = (plain + text).slice(0, keptChars);
      parser.feed(text);
    },
    end: () => {
      isEnding = true;
      parser.feed('\n\n');
      // A front that answers with a body of its own may keep the content type of a stream.
      if (!hasEvents && plain.trim() !== '' && !isEventText(plain)) {
        progress = advance(progress, readBody(plain).events);
      }
    },
    progress: () => progress,
    isOver: () => isDone || progress.fault !== undefined,
  };
}

const faultOf = (raw: string) =>
  ({ kind: 'fault', body: raw === '' ? '{"error":true}' : raw }) as const;

/** Its first line is one of an event stream. */
export const isEventText = (text: string): boolean =>
  /^\uFEFF?\s*(?:data|event|id|retry)?:/.test(text);
