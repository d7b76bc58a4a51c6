// Slack over signed HTTP: Bolt's receiver behind our own look at the timestamp.
import { HTTPReceiver, type Logger } from '@slack/bolt';

/** Seconds a request's timestamp may differ from our clock. Bolt itself lets any future one pass. */
const toleranceSeconds = 300;

export function createHttpReceiver(options: {
  signingSecret: string;
  logger: Logger;
}): HTTPReceiver {
  const receiver = new HTTPReceiver({
    ...options,
    endpoints: ['/slack/events', '/slack/commands', '/slack/interactivity'],
    processBeforeResponse: false,
  });
  const listen = receiver.requestListener;
  receiver.requestListener = (request, response) => {
    const stamp = request.headers['x-slack-request-timestamp'];
    if (typeof stamp === 'string' && !isFresh(stamp, Date.now())) {
      response.writeHead(401, { connection: 'close' }).end();
      return;
    }
    listen(request, response);
  };
  return receiver;
}

/** Neither old nor from the future: a recorded request must not be good later. */
export function isFresh(stamp: string, nowMs: number): boolean {
  return /^\d{1,12}$/.test(stamp) && Math.abs(nowMs / 1000 - Number(stamp)) <= toleranceSeconds;
}
