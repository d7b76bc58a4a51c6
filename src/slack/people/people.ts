// Membership of people from deliveries and `users.info`, cached for fast acks.
import { inTime } from '../../kernel/in-time.ts';
import { toFault } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { SlackApi } from '../send/clients.ts';
import type { SlackMemory } from '../send/slack-memory.ts';
import {
  type Author,
  type Membership,
  type Organisation,
  type PeoplePolicy,
  type UserInfo,
  isOwnByPayload,
  membershipOf,
} from './person.ts';
import { askUserInfo, storableAnswer, readUserInfo } from './user-info.ts';

export interface People {
  /** Waits briefly for an unknown person, and never for a known one. Never rejects. */
  membership(author: Author): Promise<Membership>;
  /** Of a person in an earlier delivery, or of any other. Never rejects. */
  membershipOfUser(user: string): Promise<Membership & { readonly isOwnByPayload: boolean }>;
}

export interface PeopleParts {
  readonly api: SlackApi;
  /** May reject, and may be slow. */
  readonly organisation: () => Promise<Organisation | undefined>;
  readonly policy: PeoplePolicy;
  /** Shares Slack's answers with the worker. */
  readonly memory?: Pick<SlackMemory, 'saveUser'>;
  readonly log: Log;
}

/** Longest wait of a delivery for Slack's answer; its ack is due after three seconds. */
const waitMs = 500;
const freshMs = 300_000;
/** A stale answer is used up to this age while Slack is asked again. */
const keptMs = 3_600_000;
const failedMs = 5_000;
const mostKept = 20_000;

interface Known {
  readonly info: UserInfo | undefined;
  readonly at: number;
}

export function createPeople({ api, organisation, policy, memory, log }: PeopleParts): People {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<UserInfo | undefined>>();
  const ownByPayload = new Map<string, number>();

  const ask = (user: string): Promise<UserInfo | undefined> => {
    const running = asking.get(user);
    if (running !== undefined) return running;
    const read = (answer: object): UserInfo | undefined => {
      memory?.saveUser(user, storableAnswer(answer)).catch(() => undefined);
      return readUserInfo(answer);
    };
    const asked = askUserInfo(api, user)
      .then(read, (error: unknown) => {
        log.warn({ user, code: toFault(error).code }, 'person unknown');
        // The last answer counts until Slack responds.
        return known.get(user)?.info;
      })
      .then((info) => {
        if (known.size >= mostKept) known.clear();
        known.set(user, { info, at: performance.now() });
        return info;
      })
      .finally(() => asking.delete(user));
    asking.set(user, asked);
    return asked;
  };

  const infoOf = async (user: string): Promise<UserInfo | undefined> => {
    const found = known.get(user);
    const age = found === undefined ? Infinity : performance.now() - found.at;
    if (age > (found?.info === undefined ? failedMs : freshMs)) {
      const asked = ask(user);
      if (found?.info === undefined || age > keptMs) return inTime(asked, waitMs);
    }
    return found?.info;
  };

  const facts = async (user: string) => {
    const [info, own] = await Promise.all([infoOf(user), inTime(organisation(), waitMs)]);
    return { info, organisation: own };
  };

  const note = (user: string): void => {
    if (ownByPayload.size >= mostKept) ownByPayload.clear();
    ownByPayload.set(user, performance.now());
  };

  return {
    membership: async (author) => {
      const { user } = author;
      if (author.isProgram || user === undefined) return { kind: 'program' };
      const all = { author, ...(await facts(user)) };
      if (isOwnByPayload(all)) note(user);
      return membershipOf(all, policy);
    },
    membershipOfUser: async (user) => {
      const noted = ownByPayload.get(user);
      return {
        ...membershipOf(await facts(user), policy),
        isOwnByPayload: noted !== undefined && performance.now() - noted < keptMs,
      };
    },
  };
}
