// Publisher of a person's Home.
import type { GatewayHome, HomeReport } from './report.ts';
import type { Approvals } from '../approvals/store.ts';
import { type Fault, fail, toFault } from '../../src/kernel/errors.ts';
import type { HomeStore } from './store.ts';
import type { Log } from '../../src/kernel/log.ts';
import { describeOperators } from '../../src/slack/people/authorize.ts';
import type { CallBudget } from '../../src/slack/send/call-budget.ts';
import type { SlackApi } from '../../src/slack/send/clients.ts';
import { type Messenger, whenAdmitted } from '../../src/slack/send/messenger.ts';
import type { Permissions } from '../../src/slack/people/permissions.ts';
import type { SlackMemory } from '../../src/slack/send/slack-memory.ts';
import { type HomeGateway, homeBlocks, homeTrouble } from './view.ts';

export interface HomePageParts {
  readonly api: SlackApi;
  readonly messenger: Messenger;
  readonly memory: SlackMemory;
  readonly budget: CallBudget;
  readonly homes: HomeStore;
  readonly approvals: Approvals;
  readonly permissions: Permissions;
  readonly log: Log;
}

export interface HomePages {
  /** Publishes a report, unless a later one is shown. @throws permanent/home_off, transient faults. */
  show(report: HomeReport, begun: number): Promise<void>;
  /** Publishes the last report, or the gateways' names, during an update; skipped near the rate limit. */
  showMeanwhile(user: string, begun: number, gateways: readonly string[]): Promise<void>;
  /** Publishes a fault without the store. Never rejects. */
  showTrouble(user: string, fault: Fault): Promise<void>;
}

/** Slack's tier 4 is a hundred a minute; from the fiftieth on they are spread. */
const pace = { limit: 95, free: 50, spacingMs: 600 } as const;

export function createHomePages(parts: HomePageParts): HomePages {
  const { messenger, homes, budget, log } = parts;
  const page = async (
    user: string,
    gateways: readonly { readonly name: string; readonly home: GatewayHome | undefined }[],
    times: { readonly readAt: number | undefined; readonly lookingSince: number | undefined },
  ) => {
    const { permissions, approvals } = parts;
    const [{ allowed: isOperator }, notice, linked] = await Promise.all([
      permissions.may('operator', { user, channel: user }),
      homes.notice(user),
      Promise.all(gateways.map((gateway) => withCard(parts, user, gateway))),
    ]);
    const waiting = isOperator ? await approvals.waiting() : [];
    const operators = describeOperators(permissions.operators);
    const now = Date.now();
    return homeBlocks({
      user,
      isOperator,
      operators,
      gateways: linked,
      notice,
      waiting,
      now,
      ...times,
    });
  };
  return {
    show: async (report, begun) => {
      const { user, at: readAt, gateways } = report;
      const named = gateways.map((home) => ({ name: home.gateway, home }));
      await whenAdmitted(() =>
        homes.inOrder(user, begun, async () => {
          await admitted(budget);
          await messenger.publishHome(
            user,
            await page(user, named, { readAt, lookingSince: undefined }),
          );
          await homes.keep(report);
        }),
      );
    },
    showMeanwhile: async (user, begun, names) => {
      if ((await budget.admit('home', pace)) > 0) return;
      const kept = await homes.kept(user);
      const gateways = names.map((name) => ({
        name,
        home: kept?.gateways.find(({ gateway }) => gateway === name),
      }));
      const times = { readAt: kept?.at, lookingSince: Date.now() };
      await homes.inOrder(user, begun, async () =>
        messenger.publishHome(user, await page(user, gateways, times)),
      );
    },
    showTrouble: async (user, fault) => {
      try {
        await messenger.publishHome(user, homeTrouble(fault, Date.now()));
      } catch (error) {
        log.warn({ err: toFault(error) }, 'home fault publish failed');
      }
    },
  };
}

async function admitted(budget: CallBudget): Promise<void> {
  const retryAfterMs = await budget.admit('home', pace);
  if (retryAfterMs === 0) return;
  throw fail('transient', 'rate_limited', 'Too many Home updates at once.', { retryAfterMs });
}

/** Links the card of the active run, if the person can open it. */
async function withCard(
  { api, memory, log }: HomePageParts,
  user: string,
  { name, home }: { readonly name: string; readonly home: GatewayHome | undefined },
): Promise<HomeGateway> {
  const run = home?.activeRun;
  const place = run === undefined ? undefined : await memory.message(run.id);
  const isTheirs = /^[CG]/.test(place?.channel ?? '') || run?.by.user === user;
  if (place === undefined || !isTheirs) return { name, home, card: undefined };
  try {
    const args = { channel: place.channel, message_ts: place.ts };
    const { permalink } = await api.call('home', 'chat.getPermalink', args, 'link a card');
    return { name, home, card: typeof permalink === 'string' ? permalink : undefined };
  } catch (error) {
    log.info({ err: toFault(error) }, 'card permalink failed');
    return { name, home, card: undefined };
  }
}
