// Ready commands and programs for a key. Pure.
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
  const given = { ...reveal, endpoint };
  return [
    { name: 'Try it', text: curlOf(given) },
    { name: 'Python, with `pip install openai`', text: pythonOf(given) },
    { name: 'JavaScript, with `npm install openai`', text: javascriptOf(given) },
  ];
}

type Given = Pick<KeyReveal, 'consumerKey' | 'model'> & { readonly endpoint: string };

function curlOf({ endpoint, consumerKey, model }: Given): string {
  const body = JSON.stringify({ model, prompt: question, max_tokens: 64 });
  return [
    `curl -s ${endpoint}/v1/completions \\`,
    `  -H 'content-type: application/json' \\`,
    `  -H 'x-api-key: ${consumerKey}' \\`,
    `  -d '${body}'`,
  ].join('\n');
}

// The gateway reads x-api-key; the library requires an api_key, which nothing reads.
function pythonOf({ endpoint, consumerKey, model }: Given): string {
  return [
    'from openai import OpenAI',
    '',
    'client = OpenAI(',
    `    base_url=${JSON.stringify(`${endpoint}/v1`)},`,
    '    api_key="unused",',
    `    default_headers={"x-api-key": ${JSON.stringify(consumerKey)}},`,
    ')',
    'answer = client.completions.create(',
    `    model=${JSON.stringify(model)}, prompt=${JSON.stringify(question)}, max_tokens=64`,
    ')',
    'print(answer.choices[0].text)',
  ].join('\n');
}

function javascriptOf({ endpoint, consumerKey, model }: Given): string {
  return [
    "import OpenAI from 'openai';",
    '',
    'const client = new OpenAI({',
    `  baseURL: '${endpoint}/v1',`,
    "  apiKey: 'unused',",
    `  defaultHeaders: { 'x-api-key': '${consumerKey}' },`,
    '});',
    'const answer = await client.completions.create({',
    `  model: '${model}', prompt: '${question}', max_tokens: 64,`,
    '});',
    'console.log(answer.choices[0].text);',
  ].join('\n');
}
