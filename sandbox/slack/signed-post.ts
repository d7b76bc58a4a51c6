// Signed HTTP deliveries of Slack: v0 HMAC over the raw body, three-second timeout.
import { createHmac } from 'node:crypto';

export const ACK_TIMEOUT_MS = 3_000;

export type Answer =
  | { kind: 'acked'; status: number; contentType: string; body: string; noRetry: boolean }
  | { kind: 'timeout' }
  | { kind: 'unreachable' };

export interface SignedPost {
  readonly url: string;
  readonly secret: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly contentType: 'application/json' | 'application/x-www-form-urlencoded';
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function postSigned(post: SignedPost): Promise<Answer> {
  const base = `v0:${post.timestamp}:${post.body}`;
  const signature = `v0=${createHmac('sha256', post.secret).update(base).digest('hex')}`;
  try {
    const response = await fetch(post.url, {
      method: 'POST',
      body: post.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ACK_TIMEOUT_MS),
      headers: {
        'content-type': post.contentType,
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'x-slack-request-timestamp': String(post.timestamp),
        'x-slack-signature': signature,
        ...post.headers,
      },
    });
    return {
      kind: 'acked',
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: await response.text(),
      noRetry: response.headers.get('x-slack-no-retry') === '1',
    };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    return { kind: isTimeout ? 'timeout' : 'unreachable' };
  }
}
