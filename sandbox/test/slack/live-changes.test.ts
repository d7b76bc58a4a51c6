// A test of the live stream: notifications after each change, without its content.
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { expect, it } from 'vitest';
import { startSlack } from './support/slack-sandbox.ts';
import { webClient } from './support/web-client.ts';

it('the live stream notifies at once and after a change, without its content', async () => {
  const slack = await startSlack();
  const end = new AbortController();
  const response = await fetch(`${slack.url}/_sandbox/slack/live?as=bob`, { signal: end.signal });
  const body = response.body;
  if (body === null) throw new Error('no body');
  const events = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  expect((await events.read()).value?.data).toBe('{"revision":1}');
  const text = 'for alice only';
  await webClient(slack).chat.postEphemeral({ channel: 'C0GATEWAY', user: 'U0ALICE', text });
  const second = (await events.read()).value;
  expect(second).toMatchObject({ event: 'change', data: '{"revision":2}' });
  end.abort();
  const stranger = await fetch(`${slack.url}/_sandbox/slack/live?as=mallory`);
  expect(await stranger.json()).toMatchObject({ error: 'no_such_person' });
  await slack.stop();
});
