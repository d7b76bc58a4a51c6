// Ready commands and programs for a key. Pure.
import { hostWithPort } from '../../src/clients/inference/host.ts';
import type { KeyReveal } from './notifier.ts';

export interface Snippet {
  readonly name: string;
  readonly text: string;
}

const question = 'Why is the sky blue?';

/** None while the gateway has no address. */
export function snippetsOf(reveal: KeyReveal): Snippet[] {
  const { endpoint } = reveal;
  if (endpoint === undefined) return [];
  const host = reveal.host === undefined ? undefined : hostWithPort(reveal.host, endpoint);
  const given = { ...reveal, endpoint, host };
  const packages = host === undefined ? 'openai' : 'openai undici';
  return [
    { name: 'Try it', text: curlOf(given) },
    { name: 'Python, with `pip install openai`', text: pythonOf(given) },
    { name: `JavaScript, with \`npm install ${packages}\``, text: javascriptOf(given) },
  ];
}

type Given = Pick<KeyReveal, 'consumerKey' | 'model'> & {
  readonly endpoint: string;
  /** The Host header, if it differs from the endpoint's. */
  readonly host: string | undefined;
};

function curlOf({ endpoint, host, consumerKey, model }: Given): string {
  const body = JSON.stringify({ model, prompt: question, max_tokens: 64 });
  return [
    `curl -s ${endpoint}/v1/completions \\`,
    ...(host === undefined ? [] : [`  -H 'host: ${host}' \\`]),
    `  -H 'content-type: application/json' \\`,
    `  -H 'x-api-key: ${consumerKey}' \\`,
    `  -d '${body}'`,
  ].join('\n');
}

// The gateway reads x-api-key; the library requires an api_key, which nothing reads.
function pythonOf({ endpoint, host, consumerKey, model }: Given): string {
  const headers = { ...(host === undefined ? {} : { Host: host }), 'x-api-key': consumerKey };
  return [
    'from openai import OpenAI',
    '',
    'client = OpenAI(',
    `    base_url=${JSON.stringify(`${endpoint}/v1`)},`,
    '    api_key="unused",',
    `    default_headers=${JSON.stringify(headers).replaceAll('":"', '": "').replaceAll('","', '", "')},`,
    ')',
    'answer = client.completions.create(',
    `    model=${JSON.stringify(model)}, prompt=${JSON.stringify(question)}, max_tokens=64`,
    ')',
    'print(answer.choices[0].text)',
  ].join('\n');
}

// Node's fetch takes no Host header, and sends that of the URL.
function javascriptOf({ endpoint, host, consumerKey, model }: Given): string {
  const isNamed = host !== undefined;
  return [
    "import OpenAI from 'openai';",
    ...(isNamed ? ["import { Agent, fetch } from 'undici';"] : []),
    '',
    ...(isNamed
      ? [
          'const dispatcher = new Agent().compose((dispatch) => (options, handler) =>',
          `  dispatch({ ...options, headers: { ...options.headers, host: '${host}' } }, handler),`,
          ');',
        ]
      : []),
    'const client = new OpenAI({',
    `  baseURL: '${endpoint}/v1',`,
    "  apiKey: 'unused',",
    `  defaultHeaders: { 'x-api-key': '${consumerKey}' },`,
    ...(isNamed ? ['  fetch,', '  fetchOptions: { dispatcher },'] : []),
    '});',
    'const answer = await client.completions.create({',
    `  model: '${model}', prompt: '${question}', max_tokens: 64,`,
    '});',
    'console.log(answer.choices[0].text);',
  ].join('\n');
}
