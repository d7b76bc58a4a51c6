// Secrets of a seed by value, and the places that must not hold them.
import { readFileSync } from 'node:fs';
import type { Shown } from './outcomes.ts';
import type { Stage } from './stage.ts';
import { readStore } from './store.ts';

export interface Secret {
  readonly name: string;
  readonly value: string;
  /** The only person who may see it: the owner of a key. */
  readonly owner?: string;
}

interface Credential {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

interface ApigeeState {
  readonly organizations: Readonly<
    Record<
      string,
      {
        readonly developers: Readonly<
          Record<string, { readonly apps: Readonly<Record<string, { credentials: Credential[] }>> }>
        >;
      }
    >
  >;
}

/** Keys and tokens come and go, so each call collects the new ones and keeps the old. */
export function collectSecrets({ sandbox }: Pick<Stage, 'sandbox'>): {
  collect(): void;
  all(): readonly Secret[];
} {
  const found = new Map<string, Secret>();
  const note = (secret: Secret): void => void found.set(secret.value, secret);
  const { environment, context } = sandbox;
  for (const name of ['HF_TOKEN', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET']) {
    note({ name, value: environment[name] ?? '' });
  }
  return {
    collect: () => {
      const { organizations } = context.state<ApigeeState>('apigee', () => ({ organizations: {} }));
      for (const { developers } of Object.values(organizations)) {
        for (const [email, { apps }] of Object.entries(developers)) {
          const owner = email.split('@')[0] ?? '';
          for (const { credentials } of Object.values(apps)) {
            for (const { consumerKey, consumerSecret } of credentials) {
              note({ name: 'an API key', value: consumerKey, owner });
              note({ name: 'the secret of an API key', value: consumerSecret });
            }
          }
        }
      }
      const { tokens } = context.state<{ tokens: Record<string, number> }>('google', () => ({
        tokens: {},
      }));
      for (const value of Object.keys(tokens)) note({ name: 'an access token', value });
    },
    all: () => [...found.values()].filter(({ value }) => value.length >= 8),
  };
}

/** A key is shown to its owner alone; no other secret is shown. */
export function secretsShown(secrets: readonly Secret[], shown: readonly Shown[]): string[] {
  return shown.flatMap(({ id, words, isEphemeral, seenBy }) =>
    secrets
      .filter(({ value }) => words.includes(value))
      .filter(
        ({ owner }) =>
          !(isEphemeral && owner !== undefined && seenBy.every((one) => one === owner)),
      )
      .map(({ name }) => `Slack shows ${name} to ${seenBy.join(', ')} in ${id}`),
  );
}

/** In Redis, job payloads included, and in the logs. */
export async function secretsKept(
  secrets: readonly Secret[],
  { sandbox, fleet }: Pick<Stage, 'sandbox' | 'fleet'>,
): Promise<string[]> {
  const stored = (await readStore(sandbox.redis.url)).map(({ key, text }) => ({
    place: `Redis key ${key}`,
    text: `${key} ${text}`,
  }));
  const logs = fleet.logFiles.map((file) => ({
    place: `log ${file}`,
    text: readFileSync(file, 'utf8'),
  }));
  return [...stored, ...logs].flatMap(({ place, text }) =>
    secrets.filter(({ value }) => text.includes(value)).map(({ name }) => `${place} holds ${name}`),
  );
}
