// Slack setup checks with their own client.
import type { Log } from '../../kernel/log.ts';
import { boltLog } from '../send/bolt-log.ts';
import { createSlackApi } from '../send/clients.ts';
import { readAppScopes } from './app-scopes.ts';
import { type SlackSetup, watchSlackSetup } from './slack-setup.ts';

export interface OpenSlackSetup {
  readonly token: string;
  /** Base URL of Slack's Web API. */
  readonly apiUrl: string;
  /** Slack ids, as configured. */
  readonly operators: readonly string[];
  readonly log: Log;
}

/** @param signal ends the checks. */
export function openSlackSetup(options: OpenSlackSetup, signal: AbortSignal): SlackSetup {
  const { token, apiUrl, operators, log } = options;
  const api = createSlackApi({ token, apiUrl, logger: boltLog(log) });
  return watchSlackSetup({ api, scopes: readAppScopes(operators), operators, log }, signal);
}
