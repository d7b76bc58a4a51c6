// One Web API method: name, rate tier, scopes and effect.
import type { AppHost } from './app-hosts.ts';
import type { CallArguments } from './call-arguments.ts';
import { Refusal } from './refusal.ts';
import type { Tier } from './rate-limits.ts';
import type { Workspace } from './workspace.ts';

export interface WebMethod {
  readonly name: string;
  readonly tier: Tier;
  /** The call needs one of these; empty: no scope is needed. */
  readonly scopes: readonly string[];
  /** `none`: any token, or none. */
  readonly token: 'bot' | 'app' | 'none';
  /** Returns the fields besides `ok: true`. @param ws used as the calling app. @throws Refusal */
  call(args: CallArguments, ws: Workspace, host: Pick<AppHost, 'socket'>): Record<string, unknown>;
}

/** @throws Refusal missing_scope */
export function needScope(ws: Workspace, scopes: readonly string[]): void {
  requireScope(scopes, ws.app.grant.scopes);
}

/** @throws Refusal missing_scope */
export function requireScope(accepted: readonly string[], granted: readonly string[]): void {
  if (accepted.length === 0 || accepted.some((each) => granted.includes(each))) return;
  throw new Refusal('missing_scope', { needed: accepted.join(','), provided: granted.join(',') });
}
