// Markdown report of asks: latency added by the bot, its parts, and crowds.
import type { AskRound, Pair, Timing } from './ask.ts';
import type { Crowd } from './ask-crowd.ts';
import { quantile } from './measures.ts';
import { table } from './report.ts';

export function askReport(round: AskRound): string {
  return [
    `### ask, ${round.pairs.length} questions and as many direct requests, in turns`,
    '',
    addedTable(round.pairs),
    '',
    partsTable(round.pairs),
    '',
    strangersLine(round.strangers),
    growthLine(round.gapsMs),
    '',
    `### ask, ${round.crowd.asked} at once on one worker`,
    '',
    crowdTable(round),
    '',
    limitedLine(round.limited),
    '',
  ].join('\n');
}

const targets = { p50: 15, p99: 50 } as const;

function addedTable(pairs: readonly Pair[]): string {
  const row = (words: string, part: keyof Timing): string[][] => {
    const all = pairs.map(({ bot, direct }) => bot[part] - direct[part]);
    const of = (side: keyof Pair, at: number): string =>
      quantile(
        pairs.map((pair) => pair[side][part]),
        at,
      ).toFixed(1);
    return (['p50', 'p99'] as const).map((name) => {
      const at = name === 'p50' ? 0.5 : 0.99;
      const added = quantile(all, at);
      return [
        `${words}, ${name}`,
        of('bot', at),
        of('direct', at),
        added.toFixed(1),
        `≤ ${targets[name]}`,
        added <= targets[name] ? 'met' : 'missed',
      ];
    });
  };
  return table(
    ['from the command, or the request', 'bot, ms', 'direct, ms', 'added, ms', 'target', ''],
    [...row('to the first token', 'firstMs'), ...row('to the last token', 'lastMs')],
  );
}

/** The parts of the added time: before the model has the question, and after its first token. */
function partsTable(pairs: readonly Pair[]): string {
  const row = (words: string, part: (timing: Timing) => number): string[] => {
    const all = pairs.map(({ bot, direct }) => part(bot) - part(direct));
    return [words, ...[0.5, 0.9, 0.99].map((at) => quantile(all, at).toFixed(1))];
  };
  return table(
    ['added on the way', 'p50, ms', 'p90, ms', 'p99, ms'],
    [
      row('from the command until the model server has the question', (one) => one.arrivedMs),
      row('from the first token until Slack has it', (one) => one.firstMs - one.arrivedMs),
      row('from the last token until Slack has it', (one) => one.lastMs - one.arrivedMs),
    ],
  );
}

function strangersLine(pairs: readonly Pair[]): string {
  const added = pairs.map(({ bot, direct }) => bot.firstMs - direct.firstMs);
  return `The first question of a person in ten minutes, whose profile (Slack) and key (Apigee) are looked up before it is sent: ${quantile(added, 0.5).toFixed(1)} ms added to the first token (p50 of ${pairs.length}), ${Math.max(...added).toFixed(1)} ms at most.`;
}

function growthLine(gaps: readonly number[]): string {
  return `A long answer grows every ${quantile(gaps, 0.5).toFixed(0)} ms (p50 of ${gaps.length}; ${Math.max(...gaps).toFixed(0)} ms at most): that is the bot's own pace, 300 ms. It holds back neither the first words nor the last.`;
}

function crowdTable({ crowd, directWallMs }: AskRound): string {
  const isWhole = crowd.exact === crowd.asked;
  const ms = (sample: readonly number[], at: number): string => quantile(sample, at).toFixed(0);
  const { bot } = crowd;
  return table(
    ['', 'measured', 'target', ''],
    [
      [
        'answers that are whole and below their own question',
        `${crowd.exact} of ${crowd.asked}${crowd.wrong.map((one) => `; ${one}`).join('')}`,
        'all',
        isWhole ? 'met' : 'missed',
      ],
      [
        'streams at the model servers at the same moment',
        String(crowd.peak),
        `${crowd.asked}`,
        crowd.peak >= crowd.asked ? 'met' : 'missed',
      ],
      [`people, channels`, `${crowd.people}, ${crowd.channels}`, '', ''],
      [
        'wall time; the same requests sent directly',
        `${(crowd.wallMs / 1_000).toFixed(1)} s; ${(directWallMs / 1_000).toFixed(1)} s`,
        '',
        '',
      ],
      ['ack, p50 and max', `${ms(crowd.ackMs, 0.5)} ms, ${ms(crowd.ackMs, 1)} ms`, '', ''],
      [
        'first token, p50 and p99',
        `${ms(crowd.firstMs, 0.5)} ms, ${ms(crowd.firstMs, 0.99)} ms`,
        '',
        '',
      ],
      [
        'between two growths, p50 and p99',
        `${ms(crowd.gapsMs, 0.5)} ms, ${ms(crowd.gapsMs, 0.99)} ms`,
        '',
        '',
      ],
      ["the bot's memory, before and at the end", `${bot.rssBeforeMb} MB, ${bot.rssMb} MB`, '', ''],
      [
        "the bot's processor time",
        `${bot.cpuSeconds.toFixed(1)} s, ${((100_000 * bot.cpuSeconds) / crowd.wallMs).toFixed(0)} % of a core`,
        '',
        '',
      ],
      [
        "the bot's event loop stood still, p99 and max",
        `${bot.lagP99Ms.toFixed(0)} ms, ${bot.lagMaxMs.toFixed(0)} ms`,
        '',
        '',
      ],
    ],
  );
}

function limitedLine(crowd: Crowd): string {
  const s = (sample: readonly number[], at: number): string =>
    (quantile(sample, at) / 1_000).toFixed(1);
  return `Under Slack's published limits (20 streams, 50 edits and 100 appends a minute in the workspace, a post a second in a channel), ${crowd.asked} at once in ${crowd.channels} channels: ${crowd.exact} of ${crowd.asked} exact; first token p50 ${s(crowd.firstMs, 0.5)} s, p99 ${s(crowd.firstMs, 0.99)} s; last token p50 ${s(crowd.lastMs, 0.5)} s, p99 ${s(crowd.lastMs, 0.99)} s. In such a crowd 18 answers a minute are streamed and 12 are edited; the others are posted whole, so that their first token is their last.`;
}
