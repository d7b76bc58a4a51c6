// Web API clients, one per purpose, so that rate limits stay separate.
import { type Logger, webApi } from '@slack/bolt';
import { type Fault, toFault } from '../../kernel/errors.ts';
import { fetchWithin } from './retry-after.ts';
import { slackFault } from './slack-faults.ts';
import { whileAnswered } from './tries.ts';

const purposes = [
  'post',
  'update',
  'append',
  'ephemeral',
  'views',
  'home',
  'users',
  'groups',
  'identity',
  'files',
  'sessions',
] as const;
export type Purpose = (typeof purposes)[number];

export interface SlackApi {
  /**
   * Calls one method; takes at most about ten seconds, retries included.
   * @throws transient/rate_limited (with retryAfterMs) and the other faults of slack-faults.ts.
   */
  call(
    purpose: Purpose,
    method: string,
    args: object,
    doing: string,
  ): Promise<Record<string, unknown>>;
}

export interface SlackApiOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly logger: Logger;
  /** Timeout of one try, ms. */
  readonly timeoutMs?: number;
  /** Receives every call's fault. */
  readonly onFault?: (fault: Fault) => void;
}

/** The library's defaults are no timeout, and ten retries over half an hour. */
export function clientOptions(options: SlackApiOptions): webApi.WebClientOptions {
  return {
    slackApiUrl: options.apiUrl,
    logger: options.logger,
    fetch: fetchWithin(options.timeoutMs ?? 3_000),
    retryConfig: { retries: 2, minTimeout: 200, maxTimeout: 1_000, factor: 2 },
    // The caller plans a pause; a wait in here would block the whole client.
    rejectRateLimitedCalls: true,
  };
}

/** Not repeated without a response: Slack has no idempotency key, so a lost response could mean a duplicate. */
const once: ReadonlySet<Purpose> = new Set(['post', 'append', 'ephemeral']);
/** Text of a stream is never repeated: if it may be visible already, an edit follows. */
const isRepeated = (purpose: Purpose): boolean => once.has(purpose) && purpose !== 'append';

export function createSlackApi(options: SlackApiOptions): SlackApi {
  const shared = clientOptions(options);
  const clients = new Map<Purpose, webApi.WebClient>(
    purposes.map((purpose) => [
      purpose,
      new webApi.WebClient(options.token, {
        ...shared,
        ...(once.has(purpose) ? { retryConfig: { retries: 0 } } : {}),
      }),
    ]),
  );
  return {
    call: async (purpose, method, args, doing) => {
      const call = async (): Promise<Record<string, unknown>> => {
        try {
          return { ...(await clients.get(purpose)?.apiCall(method, { ...args })) };
        } catch (error) {
          throw slackFault(error, doing);
        }
      };
      try {
        return await (isRepeated(purpose) ? whileAnswered(call) : call());
      } catch (error) {
        options.onFault?.(toFault(error));
        throw error;
      }
    },
  };
}
