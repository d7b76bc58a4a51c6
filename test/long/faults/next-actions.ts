// Effects of a fault's next actions, by the label of the button.
import { expect } from 'vitest';
import type { Asker, Told } from './asker.ts';

interface Effect {
  readonly label: RegExp;
  /** Waits for the effect of the action, and clears it. */
  readonly shows: (at: Pressed) => Promise<void>;
}

interface Pressed {
  readonly asker: Asker;
  /** Timestamps of the messages before the action. */
  readonly before: ReadonlySet<string>;
}

/** The first match counts. */
const effects: readonly Effect[] = [
  { label: /^Show status$/, shows: (at) => message(at, /Status of default/) },
  { label: /^Diagnose \(operators\)$/, shows: (at) => message(at, /Only operators can do this/) },
  { label: /^Show my keys$/, shows: (at) => message(at, /keys? in (1|2) apps?/) },
  { label: /^Get a key$/, shows: (at) => modal(at, /Your API key|You already have a key|revoked/) },
  { label: /^Retry (in|after) /, shows: later },
  { label: /^(Retry|Ask \S+\/\S+)$/, shows: ending },
  {
    label: /^(Edit the prompt|Lower --max-tokens|Raise --max-tokens)$/,
    shows: (at) => modal(at, /"initial_value":/),
  },
  { label: /^Request more$/, shows: (at) => modal(at, /Requested limit/) },
];

/** @throws an assertion for a button without an effect, and for an unknown one. */
export async function pressEach(asker: Asker, { buttons, ts }: Told): Promise<void> {
  for (const label of buttons) {
    await asker.act('reset-rate-limits', {});
    const effect = effects.find((one) => one.label.test(label));
    if (effect === undefined) return expect.fail(`What should come of the button “${label}”?`);
    const before = new Set((await asker.screen()).messages.map((one) => one.ts));
    await asker.press(label, ts);
    await effect.shows({ asker, before });
  }
}

const fresh = async ({ asker, before }: Pressed) =>
  (await asker.screen()).messages.filter((one) => !before.has(one.ts));

async function message(at: Pressed, words: RegExp): Promise<void> {
  const isThere = async () =>
    (await fresh(at)).some((one) => words.test(`${one.text} ${JSON.stringify(one.blocks)}`));
  await expect.poll(isThere, { timeout: 60_000, message: String(words) }).toBe(true);
}

async function modal({ asker }: Pressed, words: RegExp): Promise<void> {
  const top = async () => (await asker.screen()).modals.at(-1);
  const shown = async () => JSON.stringify((await top())?.blocks ?? '');
  await expect.poll(shown, { timeout: 60_000 }).toMatch(words);
  await asker.act('close-view', { as: 'alice', viewId: (await top())?.id });
}

/** The question runs again, with any answer. */
async function ending(at: Pressed): Promise<void> {
  const isThere = async () => (await at.asker.endings()).some(({ ts }) => !at.before.has(ts));
  await expect.poll(isThere, { timeout: 60_000 }).toBe(true);
}

/** The retry is scheduled, and cancelled. */
async function later(at: Pressed): Promise<void> {
  const arranged = async () =>
    (await fresh(at)).find((one) => /is asked again at/.test(JSON.stringify(one.blocks)));
  await expect.poll(arranged, { timeout: 60_000 }).toBeDefined();
  await at.asker.press('Cancel', (await arranged())?.ts ?? '');
  await ending(at);
}
