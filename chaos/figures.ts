// Measurements of possible leaks in the bot, and the verdict over three of them.
import { readFileSync, readdirSync } from 'node:fs';
import { type Retention, retentionOf, retentions } from '../setup/docs/retention.ts';
import type { StoredKey } from './store.ts';

export interface Figures {
  /** Acts of people so far. */
  readonly acts: number;
  /** Of all of the bot's processes. */
  readonly rssMb: number;
  readonly handles: number;
  /** By kind of key. */
  readonly redisBytes: Readonly<Record<string, number>>;
  /** Keys without a row in the retention table, or kept for longer than their row allows. */
  readonly undeclaredKeys: readonly string[];
  /** Of the bot. */
  readonly slackMessages: number;
}

export function processFigures(pids: readonly number[]): Pick<Figures, 'rssMb' | 'handles'> {
  const rss = pids.map((pid) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1_024;
  });
  const handles = pids.map((pid) => readdirSync(`/proc/${pid}/fd`).length);
  return { rssMb: Math.round(sum(rss)), handles: sum(handles) };
}

export function storeFigures(
  keys: readonly Pick<StoredKey, 'key' | 'bytes' | 'ttlMs'>[],
): Pick<Figures, 'redisBytes' | 'undeclaredKeys'> {
  const redisBytes: Record<string, number> = {};
  const undeclaredKeys: string[] = [];
  for (const { key, bytes, ttlMs } of keys) {
    const retention = retentionOf(key);
    if (retention === undefined || isKeptTooLong(retention, ttlMs)) undeclaredKeys.push(key);
    const kind = retention?.key ?? 'undeclared';
    redisBytes[kind] = (redisBytes[kind] ?? 0) + bytes;
  }
  return { redisBytes, undeclaredKeys };
}

const isKeptTooLong = ({ growth, mostMs = Infinity }: Retention, ttlMs: number): boolean =>
  growth === 'expires' && (ttlMs === -1 || ttlMs > mostMs);

/** Tolerated rise of a level: garbage that is not collected yet. */
const allowed = { rssFactor: 1.25, rssMb: 40, handles: 10, lastingBytes: 20_000 };
/** Tolerated rise of the growth per act in the second half. */
const allowedPerAct = 1.5;

/** @returns the figures that grow from the start over the middle to the end. */
export function growing(start: Figures, middle: Figures, end: Figures): string[] {
  const found = [...new Set(end.undeclaredKeys)].map((key) => `no retention: ${key}`);
  if (end.rssMb > start.rssMb * allowed.rssFactor + allowed.rssMb) {
    found.push(`memory: ${start.rssMb} MB, then ${end.rssMb} MB`);
  }
  if (end.handles > start.handles + allowed.handles) {
    found.push(`open handles: ${start.handles}, then ${end.handles}`);
  }
  for (const [kind, bytes] of Object.entries(end.redisBytes)) {
    const [before, between] = [start.redisBytes[kind] ?? 0, middle.redisBytes[kind] ?? 0];
    const growth = growthOf(kind);
    if (growth === 'lasting' && bytes > before + allowed.lastingBytes) {
      found.push(`Redis, ${kind}: ${before} bytes, then ${bytes}`);
    }
    const first = perAct(between - before, middle.acts - start.acts);
    const second = perAct(bytes - between, end.acts - middle.acts);
    if (growth !== 'lasting' && second > first * allowedPerAct + leastPerAct.bytes) {
      found.push(`Redis, ${kind}: ${first} bytes an act, then ${second}`);
    }
  }
  const first = perAct(middle.slackMessages - start.slackMessages, middle.acts - start.acts);
  const second = perAct(end.slackMessages - middle.slackMessages, end.acts - middle.acts);
  if (second > first * allowedPerAct + leastPerAct.messages) {
    found.push(`Slack messages an act: ${first}, then ${second}`);
  }
  return found;
}

/** Growth per act below this is noise. */
const leastPerAct = { bytes: 500, messages: 0.5 };

const perAct = (growth: number, acts: number): number =>
  Math.round((growth / Math.max(1, acts)) * 100) / 100;

const retentionByKind = new Map(retentions.map(({ key, growth }) => [key, growth]));

function growthOf(kind: string): 'expires' | 'capped' | 'lasting' {
  return retentionByKind.get(kind) ?? 'lasting';
}

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
