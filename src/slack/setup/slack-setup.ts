// Slack setup checks: tokens and scopes, at start and while running.
import { setTimeout as after } from 'node:timers/promises';
import { type Fault, LlmgwError, fail, toFault } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { createGroupMembers } from '../people/permissions.ts';
import type { SlackApi } from '../send/clients.ts';
import { refusedToken } from '../send/slack-faults.ts';
import type { AppScopes } from './app-scopes.ts';

export interface SlackSetup {
  /** Problems that an operator must correct. Empty before Slack's first answer. */
  problems(): readonly Fault[];
  /** @throws the first problem; transient/slack_unchecked before the first check, so that a wrong setup is never ready. */
  check(): void;
  /** Notes a refused token or a missing scope of any failed call, and credentials of two apps. */
  noteFault(fault: Fault): void;
  /** Fault of the app-level token; undefined when it was accepted. */
  noteAppToken(fault: Fault | undefined): void;
}

export interface SlackSetupOptions {
  readonly api: SlackApi;
  readonly scopes: AppScopes;
  /** Slack ids, as configured. */
  readonly operators: readonly string[];
  readonly log: Log;
}

const firstDelayMs = 500;
const maxDelayMs = 30_000;
/** Interval of checks after a successful one: a token may be revoked later. */
const recheckMs = 600_000;
/** The same problem is logged again after this long. */
const sayAgainMs = 300_000;

type Part = 'bot-token' | 'app-token' | 'scopes' | 'apps';

/** @param signal ends the checks. */
export function watchSlackSetup(options: SlackSetupOptions, signal: AbortSignal): SlackSetup {
  const { api, scopes, log } = options;
  const problems = new Map<Part, Fault>();
  const said = new Map<string, number>();
  let wake = new AbortController();
  let hasLooked = false;

  const say = (fault: Fault): void => {
    const name = `${fault.code} ${JSON.stringify(fault.details ?? {})}`;
    const now = performance.now();
    if (now - (said.get(name) ?? -sayAgainMs) < sayAgainMs) return;
    said.set(name, now);
    log.error(
      { err: fault, variable: fault.details?.['variable'], next: fault.next },
      'slack setup wrong',
    );
  };
  const set = (part: Part, fault: Fault | undefined): void => {
    if (fault !== undefined) {
      problems.set(part, fault);
      say(fault);
    } else if (problems.delete(part)) {
      said.clear();
      log.info({ part }, 'slack setup corrected');
    }
  };
  const look = async (): Promise<void> => {
    const answer = await api.call('identity', 'auth.test', {}, 'check the bot token');
    set('bot-token', undefined);
    const granted = grantedScopes(answer);
    if (granted !== undefined) set('scopes', compareScopes(granted, scopes, log, said));
    for (const fault of await unknownGroups(options)) say(fault);
  };
  const lookOn = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      try {
        await look();
        failures = 0;
      } catch (error) {
        failures += 1;
        const fault = toFault(error);
        const refused = refusedToken(fault, 'SLACK_BOT_TOKEN');
        if (refused !== undefined) set('bot-token', refused);
        else log.warn({ err: fault }, 'slack setup check failed');
      }
      hasLooked = true;
      const isWell = failures === 0 && problems.size === 0;
      const delayMs = isWell ? recheckMs : Math.min(maxDelayMs, firstDelayMs * 2 ** failures);
      wake = new AbortController();
      const either = AbortSignal.any([signal, wake.signal]);
      await after(delayMs, undefined, { signal: either, ref: false }).catch(() => undefined);
    }
  };
  void lookOn();

  return {
    problems: () => [...problems.values()],
    check: () => {
      const [first] = problems.values();
      if (first !== undefined) throw new LlmgwError(first);
      if (!hasLooked) throw unchecked();
    },
    noteFault: (fault) => {
      if (fault.code === 'slack_scope') say(fault);
      if (fault.code === 'slack_apps_differ') set('apps', fault);
      if (fault.code !== 'slack_token' || problems.has('bot-token')) return;
      set('bot-token', fault);
      wake.abort();
    },
    noteAppToken: (fault) => set('app-token', fault),
  };
}

function unchecked() {
  return fail('transient', 'slack_unchecked', 'The check of the Slack bot token is in progress', {
    next: 'Wait a few seconds. If it lasts, check the connection to Slack.',
  });
}

/** Faults of configured user groups that Slack does not know; the others count without them. */
async function unknownGroups({ api, operators, log }: SlackSetupOptions): Promise<Fault[]> {
  const found: Fault[] = [];
  const membersOf = createGroupMembers(api);
  for (const usergroup of operators.filter((id) => id.startsWith('S'))) {
    try {
      await membersOf(usergroup);
    } catch (error) {
      const fault = toFault(error);
      if (fault.code === 'group_unknown') {
        found.push({ ...fault, details: { ...fault.details, usergroup } });
      } else log.warn({ err: fault }, 'user group lookup failed');
    }
  }
  return found;
}

/** Of Slack's header `x-oauth-scopes`. */
function grantedScopes(answer: Record<string, unknown>): readonly string[] | undefined {
  const meta = answer['response_metadata'];
  const scopes = typeof meta === 'object' && meta !== null && 'scopes' in meta ? meta.scopes : [];
  return Array.isArray(scopes) && scopes.length > 0 ? scopes.map(String) : undefined;
}

function compareScopes(
  granted: readonly string[],
  { required, optional }: AppScopes,
  log: Log,
  said: Map<string, number>,
): Fault | undefined {
  const lacking = optional.filter((scope) => !granted.includes(scope));
  const name = `optional ${lacking.join()}`;
  if (lacking.length > 0 && !said.has(name)) {
    said.set(name, performance.now());
    log.warn({ scopes: lacking }, 'optional scopes missing');
  }
  const missing = required.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return undefined;
  const named = missing.map((scope) => `\`${scope}\``).join(', ');
  return fail('permanent', 'slack_scope', `The Slack app is missing scopes: ${named}`, {
    next: `Add ${named} to the app's bot token scopes (manifests/slack-app.yaml), reinstall the app, and set SLACK_BOT_TOKEN to its new token.`,
    details: { variable: 'SLACK_BOT_TOKEN', missing },
  }).fault;
}
