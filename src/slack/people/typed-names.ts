// Display names for the people that a text mentions by id.
import { inTime } from '../../kernel/in-time.ts';
import { z } from 'zod';
import type { SlackApi } from '../send/clients.ts';

export interface TypedNames {
  /** Adds the name to each `<@U…>`; an unknown one stays. Never rejects. */
  fill(text: string): Promise<string>;
}

const keptMs = 600_000;
/** The delivery's ack waits for this. */
const patienceMs = 1_000;
/** Slack allows a hundred lookups a minute. */
const atOnce = 20;

const shown = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z.object({ display_name: z.string().optional() }).optional(),
  }),
});

export function createTypedNames(api: SlackApi): TypedNames {
  const known = new Map<
    string,
    { readonly name: Promise<string | undefined>; readonly until: number }
  >();
  const nameOf = (id: string): Promise<string | undefined> => {
    const kept = known.get(id);
    if (kept !== undefined && kept.until > performance.now()) return kept.name;
    if (known.size > 5_000) known.clear();
    const name = read(api, id);
    known.set(id, { name, until: performance.now() + keptMs });
    void name.then((found) => {
      if (found === undefined) known.delete(id);
    });
    return name;
  };
  return {
    fill: async (text) => {
      const ids = new Set(Array.from(text.matchAll(/<@([UW][A-Z0-9]+)>/g), ([, id = '']) => id));
      if (ids.size === 0) return text;
      const names = new Map(
        await Promise.all(
          [...ids]
            .slice(0, atOnce)
            .map(async (id) => [id, await inTime(nameOf(id), patienceMs)] as const),
        ),
      );
      return text.replaceAll(/<@([UW][A-Z0-9]+)>/g, (whole, id: string) => {
        const name = names.get(id);
        return name === undefined ? whole : `<@${id}|${name}>`;
      });
    },
  };
}

/** @returns undefined without a response from Slack. */
async function read(api: SlackApi, user: string): Promise<string | undefined> {
  try {
    const answer = await api.call('users', 'users.info', { user }, 'read a display name');
    const { name, real_name: real, profile } = shown.parse(answer).user;
    const [first] = [profile?.display_name, real, name].filter((each) => (each ?? '') !== '');
    // A name must not end the mention around it.
    return first?.replaceAll(/[<>|]/g, '');
  } catch {
    return undefined;
  }
}
