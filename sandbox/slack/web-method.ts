// One Web API method: its name, rate tier, scopes, and what it does to the workspace.
import type { AppHost } from './app-hosts.ts';
import type { CallArguments } from './call-arguments.ts';
import { Refusal } from './refusal.ts';
import type { Tier } from './rate-limits.ts';
import type { Workspace } from './workspace.ts';

export interface WebMethod {
  readonly name: string;
  readonly tier: Tier;
  /** One of these must be granted; empty: none is needed. */
  readonly scopes: readonly string[];
  /** `none`: any token, or none. */
  readonly token: 'bot' | 'app' | 'none';
  /** Answers with the fields beside `ok: true`. @param ws used as the calling app. @throws Refusal */
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
