// Served model of a model server process, from its container's command line.

export interface ServedModel {
  /** Model name in requests. */
  readonly name: string;
  readonly root: string;
  readonly adapters: readonly string[];
  /** Limit of prompt and completion tokens together. */
  readonly maxModelLength: number;
  /** Maximum of concurrent requests; the others wait. */
  readonly maxSequences: number;
  readonly version: string;
  readonly startedAt: number;
}

/** Context windows of commonly used models. */
const contextWindows: readonly (readonly [model: RegExp, tokens: number])[] = [
  [/qwen2\.5/i, 32_768],
  [/qwen3/i, 40_960],
  [/llama-3\.1/i, 131_072],
  [/opt-125m/i, 2_048],
];

/**
 * @param words command and arguments of the container
 * @param image its tag contains the version
 * @param startedAt ms since the epoch
 */
export function readServedModel(
  words: readonly string[],
  image: string,
  startedAt: number,
): ServedModel {
  const root = option(words, '--model') ?? 'facebook/opt-125m';
  const length = Number(option(words, '--max-model-len'));
  const sequences = Number(option(words, '--max-num-seqs'));
  return {
    name: option(words, '--served-model-name') ?? root,
    root,
    adapters: adapterNames(words),
    maxModelLength:
      length > 0 ? length : (contextWindows.find(([model]) => model.test(root))?.[1] ?? 4_096),
    maxSequences: sequences > 0 ? sequences : 256,
    version: /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1] ?? '0.8.0',
    startedAt,
  };
}

function option(words: readonly string[], name: string): string | undefined {
  const at = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  const word = words[at];
  if (word === undefined) return undefined;
  return word === name ? words[at + 1] : word.slice(name.length + 1);
}

/** `--lora-modules a=path '{"name":"b",…}'`, up to the next option. */
function adapterNames(words: readonly string[]): string[] {
  const at = words.indexOf('--lora-modules');
  if (at < 0) return [];
  const rest = words.slice(at + 1);
  const end = rest.findIndex((word) => word.startsWith('--'));
  return (end < 0 ? rest : rest.slice(0, end)).flatMap((word) => {
    const name = word.startsWith('{')
      ? /"name"\s*:\s*"([^"]+)"/.exec(word)?.[1]
      : word.split('=')[0];
    return name === undefined ? [] : [name];
  });
}
