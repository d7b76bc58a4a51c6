// Parser of an answer's server-sent events, from text in arbitrary pieces.
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { parseJson } from '../../kernel/json.ts';
import { type Progress, advance, nothingYet } from './ending.ts';
import { readBody } from './schema.ts';

export interface EventReader {
  feed(text: string): void;
  /** Parses the rest without its last line break; no more text follows. */
  end(): void;
  readonly progress: () => Progress;
  /** `[DONE]` or an error has arrived: later text is not read. */
  readonly isOver: () => boolean;
}

const keepAlive = ['ping', 'keepalive', 'keep-alive', 'heartbeat'];
/** Kept from a text without events, in case it is a plain body. */
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
    // The connection ended within an event.
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
      // A proxy that responds with its own body may keep the content type of a stream.
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
