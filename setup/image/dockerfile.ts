// Steps of the Dockerfile, restricted to the instructions that lay-out.ts supports.
import { Cmd, Copy, DockerfileParser, Env, From, type Instruction } from 'dockerfile-ast';

export type Step =
  | { readonly kind: 'from'; readonly image: string; readonly stage: string | undefined }
  | {
      readonly kind: 'copy';
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly to: string;
    }
  | { readonly kind: 'env'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'workdir' | 'run' | 'user'; readonly text: string }
  | { readonly kind: 'cmd'; readonly command: readonly string[] }
  | { readonly kind: 'expose' };

/** @throws Error for an unsupported instruction or flag: the layout must not differ silently. */
export function readDockerfile(text: string): Step[] {
  return DockerfileParser.parse(text).getInstructions().map(stepOf);
}

function stepOf(instruction: Instruction): Step {
  const keyword = instruction.getKeyword();
  const refuse = (what: string): never => {
    const line = (instruction.getRange()?.start.line ?? 0) + 1;
    throw new Error(`Dockerfile, line ${line}: the layout does not support ${what}`);
  };
  const words = instruction.getArguments().map((argument) => argument.getValue());
  if (instruction instanceof From) {
    return {
      kind: 'from',
      image: instruction.getImage() ?? refuse('FROM without an image'),
      stage: instruction.getBuildStage() ?? undefined,
    };
  }
  if (instruction instanceof Copy) return copyOf(instruction, words, refuse);
  if (instruction instanceof Env) {
    const values = instruction
      .getProperties()
      .map((property) => [property.getName(), property.getValue() ?? ''] as const);
    return { kind: 'env', values: Object.fromEntries(values) };
  }
  if (instruction instanceof Cmd) {
    const command = instruction.getJSONStrings().map((part) => part.getJSONValue());
    return command.length === 0 ? refuse('CMD in shell form') : { kind: 'cmd', command };
  }
  switch (keyword) {
    case 'RUN':
      if (words[0]?.startsWith('--') === true) refuse(`RUN ${words[0]}`);
      return { kind: 'run', text: instruction.getRawArgumentsContent() ?? '' };
    case 'WORKDIR':
      return { kind: 'workdir', text: words[0] ?? '/' };
    case 'USER':
      return { kind: 'user', text: words[0] ?? '' };
    case 'EXPOSE':
      return { kind: 'expose' };
    default:
      return refuse(keyword);
  }
}

function copyOf(copy: Copy, words: readonly string[], refuse: (what: string) => never): Step {
  for (const flag of copy.getFlags()) {
    if (flag.getName() !== 'from') refuse(`COPY --${flag.getName()}`);
  }
  const paths = words.filter((word) => !word.startsWith('--'));
  const wild = paths.find((path) => /[*?[\]$]/.test(path));
  if (wild !== undefined) refuse(`COPY ${wild}`);
  const to = paths.at(-1) ?? refuse('COPY without a target');
  const from = copy.getFromFlag()?.getValue() ?? undefined;
  return { kind: 'copy', from, sources: paths.slice(0, -1), to };
}
