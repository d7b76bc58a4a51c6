// Forms in which an event stream comes: line ends, names of events, what stands between chunks, and its last word.
import { describe, expect, test } from 'vitest';
import { askOf, choiceOf, done, event, ways } from './answer-server.ts';

const streams = ways.filter(({ stream }) => stream);

describe.each(streams)('a stream of $route', (way) => {
  const chunk = (text: string, finish: unknown = null): object => ({
    id: 'a',
    model: 'm',
    choices: [choiceOf({ text, finish }, way)],
  });
  const piece = event(chunk(' Pa'));
  const stop = event(chunk('', 'stop'));
  const usage = { prompt_tokens: 3, completion_tokens: 2 };

  test.each<[string, string]>([
    ['CRLF', (piece + stop + done).replaceAll('\n', '\r\n')],
    ['CR', (piece + stop + done).replaceAll('\n', '\r')],
    ['a BOM', `\uFEFF${piece}${stop}${done}`],
    ['no blank after the colon', (piece + stop + done).replaceAll('data: ', 'data:')],
    ['empty events', `data:\n\n${piece}data: \n\n${stop}${done}`],
    ['comments', `: OPENROUTER PROCESSING\n\n${piece}: ping\n${stop}${done}`],
    ['pings', `event: ping\ndata: {"type":"ping"}\n\n${piece}event: ping\ndata:\n\n${stop}${done}`],
    [
      'ids and names',
      piece.replace('data', 'id: 7\nretry: 10\nevent: message\ndata') + stop + done,
    ],
    ['usage without choices', piece + stop + event({ id: 'a', usage }) + done],
    ['usage alone', piece + stop + event({ usage }) + done],
    ['an opening chunk without choices', event({ id: 'a', object: 'chunk' }) + piece + stop + done],
    ['an empty object between', piece + event({}) + stop + done],
    ['no [DONE]', piece + stop],
    ['no [DONE], and no last blank line', piece + stop.trimEnd()],
    ['[DONE] without a line end', (piece + stop + done).trimEnd()],
    ['a second ending after the first', piece + stop + event(chunk('', 'abort')) + done],
    ['something after [DONE]', piece + stop + done + event({ error: 'late' })],
  ])('is whole with %s', async (_name, body) => {
    expect(await askOf(body, way)).toMatchObject({ ok: true, text: ' Pa', finishReason: 'stop' });
  });

  test.each(['Text/Event-Stream; charset=UTF-8', 'text/event-stream', ' TEXT/EVENT-STREAM'])(
    'is a stream with content type %s',
    async (type) => {
      const completion = await askOf(piece + stop + done, way, type);
      expect(completion).toMatchObject({ ok: true, text: ' Pa', streamed: true });
    },
  );

  test.each(['application/json', 'text/plain'])(
    'is read as events under content type %s',
    async (type) => {
      expect(await askOf(piece + stop + done, way, type)).toMatchObject({ ok: true, text: ' Pa' });
      const failed = await askOf(piece + event({ error: 'boom' }), way, type);
      expect(failed).toMatchObject({ ok: false, partialText: ' Pa', body: '{"error":"boom"}' });
    },
  );

  test('is a body where a front answers without events', async () => {
    const failure = '{"error":{"message":"boom"}}';
    expect(await askOf(failure, way)).toMatchObject({ ok: false, body: failure });
    const whole = JSON.stringify({
      choices: [choiceOf({ text: ' Pa' }, { ...way, stream: false })],
    });
    expect(await askOf(whole, way)).toMatchObject({ ok: true, text: ' Pa' });
  });

  test.each<[string, string]>([
    ['a chunk that says stop', event(chunk('ris', 'stop'))],
    ['an error', event({ error: { message: 'boom' } })],
    ['a sentence', 'data: upstream went away\n\n'],
    ['no data', 'data:\n\n'],
  ])('is broken off by an event named error with %s', async (_name, last) => {
    const completion = await askOf(`${piece}event: error\n${last}${stop}${done}`, way);
    expect(completion).toMatchObject({
      ok: false,
      midStream: true,
      network: undefined,
      partialText: expect.stringContaining(' Pa'),
    });
    expect(completion.ok ? completion : completion.unfinished).toBeUndefined();
    expect(completion.body).not.toBe('');
  });

  test.each(['abort', 'error', 'length', 'content_filter'])(
    'ends by its first finish reason: %s before stop',
    async (reason) => {
      const completion = await askOf(piece + event(chunk('', reason)) + stop + done, way);
      expect(completion).toMatchObject(
        reason === 'abort' || reason === 'error'
          ? { ok: false, unfinished: { why: 'ended_with', finishReason: reason } }
          : { ok: true, finishReason: reason },
      );
    },
  );

  test.each<[string, string]>([
    ['an error after the finish reason', piece + stop + event({ error: 'boom' }) + done],
    ['an event that is no JSON', `${piece}data: <html>502</html>\n\n`],
    ['an event of an unknown kind', piece + event({ status: 'failed' }) + stop + done],
    ['a choice that is no object', piece + event({ choices: ['stop'] }) + stop + done],
  ])('is broken off by %s', async (_name, body) => {
    expect(await askOf(body, way)).toMatchObject({
      ok: false,
      midStream: true,
      partialText: ' Pa',
    });
  });

  test('is a cut where it ends inside of an event', async () => {
    expect(await askOf(piece + stop.slice(0, 20), way)).toMatchObject({
      ok: false,
      network: 'reset',
      partialText: ' Pa',
      unfinished: { why: 'no_end' },
    });
  });

  test('keeps the message once where each piece has the whole of it beside', async () => {
    const both = (text: string, whole: string, finish: string | null) =>
      event({
        choices: [
          {
            index: 0,
            delta: { content: text },
            message: { content: whole },
            finish_reason: finish,
          },
        ],
      });
    const body = both(' Pa', ' Pa', null) + both('ris', ' Paris', 'stop') + done;
    expect(await askOf(body, way)).toMatchObject({ ok: true, text: ' Paris' });
  });
});
