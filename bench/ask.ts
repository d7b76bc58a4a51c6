// Comparison of the bot with direct streaming requests, and crowds at one worker.
import { setTimeout as pause } from 'node:timers/promises';
import type { VllmState } from '../sandbox/vllm/state.ts';
import { type Answers, watchAnswers } from './answers.ts';
import { type Crowd, crowdAtOnce, crowdPrompt } from './ask-crowd.ts';
import { type AskWorld, type Asker, startAskWorld } from './ask-world.ts';
import { type DirectAsker, startDirectAsker } from './direct-asker.ts';

/** ms from the command or the request. */
export interface Timing {
  /** Until the request reached the model server; to the ms. */
  readonly arrivedMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface Pair {
  readonly bot: Timing;
  readonly direct: Timing;
}

export interface AskRound {
  /** One person who asks repeatedly. */
  readonly pairs: readonly Pair[];
  /** Each of another person, whose profile and key are looked up first. */
  readonly strangers: readonly Pair[];
  /** Long answers without other questions: between two updates of the message, ms. */
  readonly gapsMs: readonly number[];
  readonly crowd: Crowd;
  /** The same questions without the bot: the sandbox's own time, ms until the last one's end. */
  readonly directWallMs: number;
  /** A small crowd in a world with Slack's published limits. */
  readonly limited: Crowd;
}

export interface AskOptions {
  readonly pairs: number;
  readonly crowd: number;
  readonly tell: (line: string) => void;
}

/** Practically no limit, so that the bot's own pace remains. */
const noLimits = 10_000;
const warmUp = 5;
const strangers = 20;
const perPerson = 3;
const limitedCrowd = 50;

export async function askRound(options: AskOptions): Promise<AskRound> {
  return { ...(await unlimitedRound(options)), limited: await limitedRound(options.tell) };
}

async function unlimitedRound({
  pairs: count,
  crowd: size,
  tell,
}: AskOptions): Promise<Omit<AskRound, 'limited'>> {
  const people = Math.max(strangers + 1, Math.ceil(size / perPerson));
  const world = await startAskWorld({ people, channels: 25, slackLimits: noLimits });
  const direct = startDirectAsker();
  const answers = watchAnswers(world.sandbox.context);
  try {
    const [first, ...others] = world.askers;
    if (first === undefined) throw new Error('Nobody is there to ask.');
    tell(`ask: ${count} questions, in turns with direct requests`);
    // The first ones include compilation and new connections, on both sides.
    const repeated = Array.from({ length: count + warmUp }, () => first);
    const pairs = (await inTurns(world, answers, direct, repeated)).slice(warmUp);
    const ofStrangers = await inTurns(world, answers, direct, others.slice(0, strangers));
    const gapsMs = [...(await askAlone(world, answers)), ...(await askAlone(world, answers))];
    tell(`ask: ${size} at once, directly and through the bot`);
    const directWallMs = await directCrowd(world, direct, size);
    const crowd = await crowdAtOnce(world, answers, size);
    return { pairs, strangers: ofStrangers, gapsMs, crowd, directWallMs };
  } finally {
    answers.stop();
    await direct.stop();
    await world.stop();
  }
}

async function limitedRound(tell: AskOptions['tell']): Promise<Crowd> {
  tell(`ask: ${limitedCrowd} at once under Slack's published limits`);
  const world = await startAskWorld({ people: 25, channels: 10, slackLimits: 1 });
  const answers = watchAnswers(world.sandbox.context);
  try {
    return await crowdAtOnce(world, answers, limitedCrowd);
  } finally {
    answers.stop();
    await world.stop();
  }
}

async function inTurns(
  world: AskWorld,
  answers: Answers,
  direct: DirectAsker,
  askers: readonly Asker[],
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const [index, asker] of askers.entries()) {
    const ofBot = (): Promise<Timing> => askTheBot(world, answers, asker);
    const ofGateway = (): Promise<Timing> => askDirectly(world, direct, asker, answers.newWord());
    const isBotFirst = index % 2 === 0;
    const one = await (isBotFirst ? ofBot : ofGateway)();
    // Work of a side after its last token must not slow the other.
    await pause(20);
    const other = await (isBotFirst ? ofGateway : ofBot)();
    await pause(20);
    pairs.push(isBotFirst ? { bot: one, direct: other } : { bot: other, direct: one });
  }
  return pairs;
}

const shortPrompt = (word: string): string => `repeat: Here is ${word} in blue`;

async function askTheBot(world: AskWorld, answers: Answers, { user }: Asker): Promise<Timing> {
  const word = answers.newWord();
  const prompt = shortPrompt(word);
  const shown = answers.to(word);
  const from = performance.now();
  await world.command({ user, channel: world.channels[0] ?? '', text: `/llmgw ask ${prompt}` });
  const { firstAt, lastAt, text } = await shown;
  if (`repeat: ${text}` !== prompt) throw new Error(`To ${prompt}, the answer was: ${text}`);
  const arrivedMs = arrivedAt(world, word) - from;
  return { arrivedMs, firstMs: firstAt - from, lastMs: lastAt - from };
}

async function askDirectly(
  world: AskWorld,
  direct: DirectAsker,
  asker: Asker,
  word: string,
): Promise<Timing> {
  const prompt = shortPrompt(word);
  const from = performance.now();
  const [answer] = await direct.ask([world.request(asker, prompt)]);
  if (`repeat: ${answer?.text.trim()}` !== prompt) {
    throw new Error(`To ${prompt}, the direct answer was: ${answer?.text}`);
  }
  const { firstMs = Number.NaN, lastMs = Number.NaN } = answer ?? {};
  return { arrivedMs: arrivedAt(world, word) - from, firstMs, lastMs };
}

/** In the time of `performance.now()`. */
function arrivedAt({ sandbox }: AskWorld, word: string): number {
  const { requests } = sandbox.context.state<VllmState>('vllm', () => {
    throw new Error('The model servers have no state.');
  });
  const request = requests.findLast(({ prompt }) => JSON.stringify(prompt).includes(`${word} `));
  return (request?.at ?? Number.NaN) - performance.timeOrigin;
}

async function askAlone(world: AskWorld, answers: Answers): Promise<readonly number[]> {
  const word = answers.newWord();
  const shown = answers.to(word);
  const [asker] = world.askers;
  const text = `/llmgw ask --max-tokens 2000 ${crowdPrompt(word)}`;
  await world.command({ user: asker?.user ?? '', channel: world.channels[0] ?? '', text });
  return (await shown).gaps;
}

async function directCrowd(world: AskWorld, direct: DirectAsker, size: number): Promise<number> {
  const { askers } = world;
  const requests = Array.from({ length: size }, (_, index) =>
    world.request(askers[index % askers.length] ?? { user: '', key: '' }, crowdPrompt(`d${index}`)),
  );
  const answers = await direct.ask(requests);
  return Math.max(...answers.map(({ lastMs }) => lastMs));
}
