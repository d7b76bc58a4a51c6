// A completion request with a chunked body; status 0 means a broken connection.
import { request as httpRequest } from 'node:http';

/** Sends the body in chunks. */
export function sendChunked(
  url: string,
  body: string,
  key: string,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    const request = httpRequest(
      `${url}/v1/completions`,
      { method: 'POST', agent: false, headers: { 'x-api-key': key } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => (text += piece));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
        response.on('error', ({ message }) => resolve({ status: 0, body: message }));
      },
    );
    request.on('error', ({ message }) => resolve({ status: 0, body: message }));
    request.write(body.slice(0, 20));
    request.end(body.slice(20));
  });
}
