// Inputs of the fuzzed entry points: hostile text, and mutated valid deliveries.
import fc from 'fast-check';
import { handlers } from '../../jobs/index.ts';

const hostileWords = [
  '<!channel>',
  '<!here|here>',
  '<!everyone>',
  '<!subteam^S0EVIL|@ops>',
  '<@U0EVIL>',
  '<@U0EVIL|eve>',
  '<#C0EVIL|general>',
  '<https://evil.example|Click>',
  'https://evil.example/x',
  '<mailto:a@evil.example|a>',
  '&lt;!channel&gt;',
  '`<!channel>`',
  '```',
  '*x*\n:x: _y_',
  '@channel',
  '__proto__',
  'constructor',
  '\u202E\u2028\u0000',
  '-'.repeat(300),
  '`'.repeat(700),
  '--gateway',
  '--yes',
  '--app',
  '--for',
  '10m',
  '@U0EVIL',
  '20/minute',
  'NaN',
  '1e309',
] as const;
const commandWords = [
  ...handlers.grammars.keys(),
  'issue',
  'list',
  'rotate',
  'revoke',
  'set',
  'default',
];

const piece = fc.oneof(
  fc.constantFrom(...commandWords),
  fc.constantFrom(...hostileWords),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
/** What a person may type. */
export const words: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.array(piece, { maxLength: 6 }).map((all) => all.join(' ')) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(piece, fc.integer({ min: 1, max: 400 }))
      .map(([w, n]) => w.repeat(n).slice(0, 8_000)),
  },
);

export const user = fc.oneof(
  fc.constantFrom('U0OLIVIA', 'U0ALICE', 'U0BOB'),
  fc.stringMatching(/^[UW][A-Z0-9]{6}$/),
);
export const channel = fc.constantFrom('C0GATEWAY', 'D0FUZZ', 'G0PRIVATE');

type Path = readonly (string | number)[];

function pathsOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, [...at, name]))];
}

/** Replaces the part at the path; undefined removes it. */
function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return value.map((each, index) => (String(index) === first ? replaced(each, rest, by) : each));
  }
  const inner = (value as Record<string, unknown>)[first];
  return { ...value, [first]: replaced(inner, rest, by) };
}

const part = fc.oneof(
  words,
  fc.constant(undefined),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, 0, -1, 1e308, '', [], {}, true),
);

/** Half of them unchanged, half with one to three changed parts. */
export function mangled(valid: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const changes = fc.oneof(
    fc.constant([]),
    fc.array(fc.tuple(fc.nat(), part), { minLength: 1, maxLength: 3 }),
  );
  return fc.tuple(valid, changes).map(([base, all]) => {
    let result: unknown = base;
    for (const [at, by] of all) {
      const paths = pathsOf(result);
      result = replaced(result, paths[at % paths.length] ?? [], by);
    }
    return typeof result === 'object' && result !== null ? result : base;
  });
}

const id = fc.uuid();
export const command = fc.record({
  command: fc.constantFrom('/llmgw', '/llmgw', '/llmgw', '/other'),
  text: words,
  user_id: user,
  channel_id: channel,
  team_id: fc.constant('T0SANDBOX'),
  trigger_id: id,
});

const ts = fc.integer({ min: 1, max: 999_999 }).map((n) => `${Math.floor(Date.now() / 1000)}.${n}`);
const message = fc.record({
  type: fc.constantFrom(
    'app_mention',
    'message',
    'message',
    'app_home_opened',
    'agent_session_stopped',
  ),
  user,
  channel,
  channel_type: fc.constantFrom('im', 'channel'),
  ts,
  thread_ts: fc.option(ts, { nil: undefined }),
  tab: fc.constantFrom('home', 'messages'),
  text: fc.oneof(
    words,
    words.map((text) => `<@U0LLMGW> ${text}`),
  ),
  attachments: fc.array(fc.record({ is_share: fc.boolean(), text: words, author_name: words }), {
    maxLength: 1,
  }),
  blocks: fc.array(
    fc.record({
      type: fc.constant('rich_text'),
      elements: fc.array(
        fc.record({
          type: fc.constantFrom('text', 'link', 'user', 'broadcast'),
          text: words,
          url: words,
          user_id: words,
        }),
      ),
    }),
    { maxLength: 1 },
  ),
});
export const event = fc.record({
  type: fc.constant('event_callback'),
  team_id: fc.constant('T0SANDBOX'),
  api_app_id: fc.constant('A0LLMGW'),
  event_id: id,
  event_time: fc.constant(Math.floor(Date.now() / 1000)),
  event: message,
});

const person = fc.record({ id: user, team_id: fc.constant('T0SANDBOX') });
const value = fc.oneof(
  words,
  fc.jsonValue({ maxDepth: 2 }).map((any) => JSON.stringify(any)),
  fc
    .record(
      {
        gateway: fc.oneof(fc.constant('default'), words),
        runId: words,
        app: words,
        at: fc.anything(),
        job: words,
        id: words,
        channel: words,
        until: words,
        hash: words,
        prompt: words,
      },
      { requiredKeys: [] },
    )
    .map(
      (any) =>
        JSON.stringify(any, (_key, inner: unknown) =>
          typeof inner === 'bigint' ? String(inner) : inner,
        ) ?? '',
    ),
);
const actionIds = [
  ...handlers.actions.keys(),
  ...[...handlers.grammars.keys()].flatMap((name) => [`command.${name}`, `window.${name}`]),
  'unknown.action',
];
export const action = fc.record({
  type: fc.constant('block_actions'),
  user: person,
  team: fc.constant({ id: 'T0SANDBOX' }),
  channel: fc.option(fc.record({ id: channel }), { nil: undefined }),
  trigger_id: id,
  container: fc.record({ is_ephemeral: fc.boolean() }),
  message: fc.option(fc.record({ ts }), { nil: undefined }),
  view: fc.option(fc.record({ id, hash: id, type: fc.constantFrom('home', 'modal') }), {
    nil: undefined,
    freq: 3,
  }),
  actions: fc.array(fc.record({ action_id: fc.constantFrom(...actionIds), value, action_ts: id }), {
    minLength: 1,
    maxLength: 2,
  }),
});

const state = fc.dictionary(
  fc.constantFrom(
    'prompt',
    'desired',
    'why',
    'word',
    'confirm',
    'gateway',
    'for',
    'model',
    'options',
    'system',
    'quota',
  ),
  fc.record({ value: fc.record({ type: fc.constant('plain_text_input'), value: words }) }),
);
export const submission = fc.record({
  type: fc.constant('view_submission'),
  user: person,
  team: fc.constant({ id: 'T0SANDBOX' }),
  view: fc.record({
    id,
    callback_id: fc.constantFrom(...handlers.submissions.keys(), 'unknown.modal'),
    private_metadata: value,
    state: fc.record({ values: state }),
  }),
});

export const shortcut = fc.record({
  type: fc.constantFrom('message_action', 'shortcut', 'block_suggestion', 'view_closed'),
  callback_id: fc.constantFrom('ask_about', 'x'),
  trigger_id: id,
  user: person,
  team: fc.constant({ id: 'T0SANDBOX' }),
  channel: fc.record({ id: channel }),
  message: fc.record({ ts, text: words, attachments: fc.array(fc.anything(), { maxLength: 1 }) }),
});
