// Server-sent events of an answer, in plain or unusual protocol forms.
import type { ServerResponse } from 'node:http';

export interface EventWriter {
  send(event: object | '[DONE]', name?: string): void;
}

export function createEventWriter(
  response: ServerResponse,
  { isOdd }: { readonly isOdd: boolean },
): EventWriter {
  const contentType = isOdd
    ? 'Text/Event-Stream; charset=UTF-8'
    : 'text/event-stream; charset=utf-8';
  response.writeHead(200, { 'content-type': contentType });
  const lineEnd = isOdd ? '\r\n' : '\n';
  const write = (...lines: readonly string[]): void => {
    response.write([...lines, '', ''].join(lineEnd));
  };
  if (isOdd) {
    response.write('\uFEFF');
    write(': PROCESSING');
    write('data:');
  }
  return {
    send: (event, name) => {
      const data = typeof event === 'string' ? event : JSON.stringify(event);
      write(...(name === undefined ? [] : [`event: ${name}`]), `data: ${data}`);
    },
  };
}
