// A model server that gives one answer, whole or streamed, in the form that a test asks for.
import type { Completion } from '../../../src/clients/inference/client.ts';
import { createInference } from '../../../src/clients/inference/create-inference.ts';
import { startServer } from '../apigee/scripted-server.ts';

export const ways = [
  { route: 'completions', stream: true },
  { route: 'completions', stream: false },
  { route: 'chat', stream: true },
  { route: 'chat', stream: false },
] as const;
export type Way = (typeof ways)[number];

/** One choice of an answer. `inner`: beside the text, in the message or the delta. */
export interface Choice {
  readonly index?: number;
  readonly text?: unknown;
  readonly inner?: object;
  readonly finish?: unknown;
  /** Beside the finish reason. */
  readonly beside?: object;
}

/** The choice as it looks on this way. */
export function choiceOf(
  { index = 0, text = ' Pa', inner = {}, finish = 'stop', beside = {} }: Choice,
  { route, stream }: Way,
): object {
  const said = { content: text, ...inner };
  const piece = route === 'chat' ? { [stream ? 'delta' : 'message']: said } : { text, ...inner };
  return { index, ...piece, finish_reason: finish, ...beside };
}

export const event = (data: object, lineEnd = '\n'): string =>
  `data: ${JSON.stringify(data)}${lineEnd}${lineEnd}`;
export const done = 'data: [DONE]\n\n';

/** Asks a server that answers 200 with this body. */
export async function askOf(
  body: string | Buffer,
  { route, stream }: Way,
  contentType = stream ? 'text/event-stream; charset=utf-8' : 'application/json',
): Promise<Completion> {
  const server = await startServer((_asked, response) =>
    response.writeHead(200, { 'content-type': contentType }).end(body),
  );
  try {
    return await createInference().complete({
      baseUrl: server.url,
      model: 'm',
      prompt: route === 'chat' ? [{ role: 'user', content: 'Hello' }] : 'Hello',
      maxTokens: 8,
      stream,
    });
  } finally {
    await server.stop();
  }
}

/** Asks a server whose answer is one body, or one chunk and `[DONE]`. */
export const askAnswer = (body: object, way: Way): Promise<Completion> =>
  askOf(way.stream ? event(body) + done : JSON.stringify(body), way);
