// Outcomes of jobs in Slack, and the missing ones.
import { type Mark, markOf } from '../sandbox/say/marks.ts';
import type { Screen, ScreenMessage, ScreenModal } from '../sandbox/slack/screen.ts';
import type { Debt } from './act.ts';

/** A message or modal in the form that its readers see. */
export interface Shown {
  /** Timestamp of a message, id of a modal. */
  readonly id: string;
  readonly seenBy: readonly string[];
  readonly threadTs: string | undefined;
  readonly isEphemeral: boolean;
  readonly byBot: boolean;
  readonly mark: Mark | undefined;
  readonly words: string;
  /** The text for screen readers. */
  readonly text: string;
}

/** The screens of all people together, each message once. */
export function allShown(screens: readonly Screen[]): Shown[] {
  const found = new Map<string, Shown>();
  const add = (shown: Shown): void => {
    const known = found.get(shown.id);
    const seenBy = [...(known?.seenBy ?? []), ...shown.seenBy];
    found.set(shown.id, { ...shown, seenBy });
  };
  for (const { me, messages, modals } of screens) {
    for (const message of messages) add({ ...ofMessage(message), seenBy: [me.name] });
    for (const modal of modals) add({ ...ofModal(modal), seenBy: [me.name] });
  }
  return [...found.values()];
}

function ofMessage(message: ScreenMessage): Omit<Shown, 'seenBy'> {
  const { ts, threadTs, ephemeral, from, text, blocks } = message;
  return {
    id: ts,
    threadTs,
    isEphemeral: ephemeral,
    byBot: from.isBot,
    mark: markOf(message),
    words: `${text} ${JSON.stringify(blocks)}`,
    text,
  };
}

function ofModal(modal: ScreenModal): Omit<Shown, 'seenBy'> {
  const words = `${modal.title} ${JSON.stringify(modal.blocks)}`;
  const mark = markOf(modal);
  const { id, title } = modal;
  return { id, threadTs: undefined, isEphemeral: true, byBot: true, mark, words, text: title };
}

const jobOfOutcome = ({ mark }: Shown): string | undefined =>
  mark?.kind === 'outcome' ? mark.job : undefined;

export const endedIn = (shown: readonly Shown[]): string[] =>
  shown.flatMap((each) => jobOfOutcome(each) ?? []);

/** Requests without a visible outcome. */
export function unpaid(
  debts: readonly Debt[],
  shown: readonly Shown[],
  ended: ReadonlySet<string>,
): Debt[] {
  return debts.filter(({ as, job, spoken }) => {
    if (job !== undefined) return !ended.has(job);
    if (spoken === undefined) return false;
    if ([...ended].some((each) => each.endsWith(spoken.suffix))) return false;
    const replies = shown.filter(
      (each) => each.byBot && each.threadTs === spoken.ts && each.seenBy.includes(as),
    );
    return !replies.some(({ mark }) => mark !== undefined && ended.has(mark.job));
  });
}

/** Jobs that an ack or a message announced, without a visible outcome. */
export function unended(shown: readonly Shown[], ended: ReadonlySet<string>): string[] {
  const promised = shown.flatMap(({ mark }) => (mark?.kind === 'accepted' ? [mark.job] : []));
  return [...new Set(promised)].filter((job) => !ended.has(job));
}

export interface ToldTwice {
  readonly job: string;
  /** ms since the epoch, one per message. */
  readonly at: readonly number[];
  readonly texts: readonly string[];
}

/**
 * Jobs with their final outcome in several messages to one person. A modal may repeat a message. A
 * refused action on a run or an answer also names that job, beside its own outcome.
 */
export function toldTwice(shown: readonly Shown[], runs: ReadonlySet<string>): ToldTwice[] {
  const answered = new Set(
    shown.flatMap(({ mark }) =>
      mark?.kind === 'outcome' && mark.status !== 'refused' ? [mark.job] : [],
    ),
  );
  const isAnswered = (job: string): boolean => job.startsWith('ask-') && answered.has(job);
  const finals = shown.filter(
    ({ id, mark }) =>
      isTimestamp(id) &&
      mark?.kind === 'outcome' &&
      mark.status !== 'asked' &&
      !(mark.status === 'refused' && (runs.has(mark.job) || isAnswered(mark.job))),
  );
  const byReader = Map.groupBy(
    finals.flatMap((each) => each.seenBy.map((person) => ({ person, each }))),
    ({ person, each }) => `${person} ${each.mark?.job ?? ''}`,
  );
  const twice = new Map<string, ToldTwice>();
  for (const told of byReader.values()) {
    const copies = told.map(({ each }) => each).toSorted((a, b) => Number(a.id) - Number(b.id));
    const job = copies[0]?.mark?.job ?? '';
    if (copies.length < 2) continue;
    const at = copies.map(({ id }) => Number(id) * 1_000);
    twice.set(job, { job, at, texts: copies.map(({ text }) => text.slice(0, 100)) });
  }
  return [...twice.values()];
}

const isTimestamp = (id: string): boolean => /^\d+\.\d+$/.test(id);
