// Tests of the printer for live cards: new lines once, final card in full.
import { expect, it } from 'vitest';
import { createPrinter } from '../../say/printer.ts';
import type { Screen, ScreenMessage } from '../../slack/screen.ts';

const card = (...lines: string[]): ScreenMessage => ({
  ts: '1.000001',
  channel: 'C1',
  from: { id: 'UB', name: 'llmgw', realName: 'LLM Gateway', isBot: true },
  text: '',
  blocks: lines.map((text) => ({ type: 'markdown', block_id: text, text })),
  attachments: [],
  ephemeral: false,
  threadTs: undefined,
  replyCount: 0,
  edited: false,
  streaming: false,
  metadata: undefined,
  reactions: [],
  files: [],
  notifies: [],
  live: { mentions: [], links: [] },
});
const screen: Screen = {
  me: { id: 'U1', name: 'olivia', realName: 'Olivia' },
  channels: [
    {
      id: 'C1',
      name: 'general',
      kind: 'channel',
      topic: '',
      members: 1,
      unread: 0,
      mentions: 0,
      lastRead: '',
    },
  ],
  messages: [],
  modals: [],
  home: undefined,
  agentSessions: [],
  assistantThreads: [],
  threadStatuses: [],
};

function printed(isLive: boolean, ...states: ScreenMessage[]): string[] {
  const out: string[] = [];
  const printer = createPrinter({
    people: [],
    isJson: false,
    isLive,
    print: (line) => out.push(line),
    note: (line) => out.push(line),
  });
  for (const each of states) printer.look({ messages: [each], modals: [] }, screen);
  const last = states.at(-1);
  const messages = last === undefined ? [] : [last];
  printer.end({ status: 'ok', news: { messages, modals: [] }, screen });
  return out;
}

it('the printer follows a card without repeating changed durations', () => {
  expect(
    printed(
      true,
      card('cluster: running 1 s'),
      card('cluster: running 2 s'),
      card('cluster: done in 3 s', 'pool: running 1 s'),
    ),
  ).toEqual([
    'llmgw in #general:\n  cluster: running 1 s',
    '  … cluster: done in 3 s',
    '  … pool: running 1 s',
    'llmgw in #general:\n  cluster: done in 3 s\n  pool: running 1 s',
  ]);
});

it('an unchanged message is printed once, and only the final one without waiting', () => {
  expect(printed(true, card('done'), card('done'))).toEqual(['llmgw in #general:\n  done']);
  expect(printed(false, card('a'), card('b'))).toEqual(['llmgw in #general:\n  b']);
});
