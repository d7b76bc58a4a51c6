// Knowledge of the stand-in model: facts, sums and a fallback; no language model.

const capitals: Readonly<Record<string, string>> = {
  argentina: 'Buenos Aires',
  australia: 'Canberra',
  austria: 'Vienna',
  belgium: 'Brussels',
  brazil: 'Brasília',
  canada: 'Ottawa',
  chile: 'Santiago',
  china: 'Beijing',
  czechia: 'Prague',
  denmark: 'Copenhagen',
  egypt: 'Cairo',
  finland: 'Helsinki',
  france: 'Paris',
  germany: 'Berlin',
  greece: 'Athens',
  hungary: 'Budapest',
  iceland: 'Reykjavík',
  india: 'New Delhi',
  indonesia: 'Jakarta',
  ireland: 'Dublin',
  italy: 'Rome',
  japan: 'Tokyo',
  kenya: 'Nairobi',
  mexico: 'Mexico City',
  morocco: 'Rabat',
  netherlands: 'Amsterdam',
  'new zealand': 'Wellington',
  nigeria: 'Abuja',
  norway: 'Oslo',
  peru: 'Lima',
  poland: 'Warsaw',
  portugal: 'Lisbon',
  'south korea': 'Seoul',
  spain: 'Madrid',
  sweden: 'Stockholm',
  switzerland: 'Bern',
  thailand: 'Bangkok',
  turkey: 'Ankara',
  ukraine: 'Kyiv',
  'united kingdom': 'London',
  'united states': 'Washington, D.C.',
  vietnam: 'Hanoi',
};

const explained: readonly (readonly [question: RegExp, answer: string])[] = [
  [
    /sky.*\bblue\b|\bblue\b.*sky/i,
    'The sky is blue because air scatters short wavelengths of sunlight more than long ones. This is called Rayleigh scattering: blue light is sent in all directions, so it reaches our eyes from every part of the sky.',
  ],
  [
    /kubernetes/i,
    'Kubernetes is a system that runs containers on many machines. You declare the state that you want, and controllers keep moving the cluster towards it.',
  ],
  [
    /\bapigee\b/i,
    'Apigee is an API gateway of Google Cloud. It checks keys, counts quotas and applies policies before a request reaches the service behind it.',
  ],
  [
    /\bvllm\b/i,
    'vLLM is a server for large language models. It batches requests continuously and pages the attention cache, so that many requests share one accelerator.',
  ],
  [
    /inference gateway|endpoint picker/i,
    'An inference gateway chooses, for each request, the model server that can answer soonest: it looks at queues, cache use and loaded adapters.',
  ],
  [/\b(hello|hi|hey|good (morning|evening))\b/i, 'Hello! How can I help you today?'],
  [/\b(joke)\b/i, 'Why did the pod go to therapy? It had too many unresolved references.'],
  [
    /who are you|what are you|your name/i,
    'I am a small stand-in for a language model: I know a few facts, and I say so when I do not know.',
  ],
];

/** One message of a conversation, as chat requests carry them. */
export interface Turn {
  readonly role: string;
  readonly content: string;
}

/** A prompt in conversation form, for a model without a chat template. */
export function turnsOf(prompt: string): Turn[] {
  const marked = Array.from(
    prompt.matchAll(/<\|im_start\|>(\w+)\n([\s\S]*?)(?:<\|im_end\|>|$)/g),
    ([, role = '', content = '']) => ({ role, content }),
  );
  if (marked.some((turn) => turn.role === 'user')) return marked;
  const body = /^([\s\S]*)\n(?:Assistant|ASSISTANT):\s*$/.exec(prompt)?.[1];
  if (body === undefined) return [{ role: 'user', content: prompt }];
  return body.split(/(?:^|\n)(?=(?:User|USER|Assistant|ASSISTANT): )/).flatMap((part) => {
    const [, role, content = ''] = /^(\w+): ([\s\S]*)$/.exec(part) ?? [];
    const known = role?.toLowerCase();
    return known === 'user' || known === 'assistant' ? [{ role: known, content }] : [];
  });
}

/** The stand-in's answer to a conversation; the same conversation gives the same answer. */
export function answerIn(turns: readonly Turn[]): string {
  const asked = turns.filter((turn) => turn.role === 'user').map((turn) => turn.content);
  const last = asked.at(-1) ?? turns.at(-1)?.content ?? '';
  if (!/\b(?:first|before|previous|earlier|again what did i ask)\b/i.test(last))
    return answerTo(last);
  const which = /\bfirst\b/i.test(last) ? asked[0] : asked.at(-2);
  return which === undefined || asked.length < 2
    ? 'This is the first thing you say to me in this conversation.'
    : `You asked: "${which.trim()}"`;
}

/** The stand-in's answer to a prompt; the same prompt gives the same answer. */
export function answerTo(prompt: string): string {
  const text = prompt.trim();
  const repeated = /^(?:please )?(?:repeat|say)(?: after me)?:\s?([\s\S]*)$/i.exec(text)?.[1];
  if (repeated !== undefined) return repeated;
  const counted = /^(?:please )?count to (\d{1,4})\b/i.exec(text)?.[1];
  if (counted !== undefined) return count(Number(counted));
  const country = /capital (?:city )?of (?:the )?([\p{L} ]+)/iu.exec(text)?.[1]?.trim();
  const named = country?.toLowerCase();
  if (country !== undefined && named !== undefined) {
    const known = Object.keys(capitals).find((name) => named.startsWith(name));
    if (known !== undefined) {
      return `The capital of ${country.slice(0, known.length)} is ${capitals[known] ?? ''}.`;
    }
  }
  const sum = /(-?\d+(?:\.\d+)?)\s*([-+*/x×])\s*(-?\d+(?:\.\d+)?)/.exec(text);
  if (sum !== null) return arithmetic(sum);
  const fact = explained.find(([question]) => question.test(text));
  return fact?.[1] ?? aboutPrompt(text);
}

/** Ten per line, for requests of a long answer. */
function count(to: number): string {
  const lines: string[] = [];
  for (let from = 1; from <= to; from += 10) {
    const length = Math.min(10, to - from + 1);
    lines.push(Array.from({ length }, (_, index) => from + index).join(' '));
  }
  return lines.join('\n');
}

function arithmetic([, left = '0', sign = '+', right = '0']: RegExpExecArray): string {
  const [a, b] = [Number(left), Number(right)];
  if (sign === '/' && b === 0) return 'A division by zero has no result.';
  const results: Readonly<Record<string, number>> = { '+': a + b, '-': a - b, '/': a / b };
  return `${left} ${sign} ${right} = ${Number((results[sign] ?? a * b).toPrecision(12))}.`;
}

function aboutPrompt(text: string): string {
  if (text === '') return 'There is no question here.';
  const words = text.replaceAll(/\s+/g, ' ').split(' ');
  const short = words.slice(0, 24).join(' ') + (words.length > 24 ? ' …' : '');
  const isQuestion = /\?\s*$/.test(text);
  return `You ${isQuestion ? 'asked' : 'wrote'}: "${short}" (${words.length} ${words.length === 1 ? 'word' : 'words'}). I am a small stand-in for a language model and do not know more about it, but your request came through the whole gateway.`;
}
