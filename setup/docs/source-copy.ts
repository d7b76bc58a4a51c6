// Copy outside of views: faults by code, and sentences of handlers, jobs and steps.
import { readFileSync } from 'node:fs';
import { type Node, Visitor, parseSync } from 'oxc-parser';
import { readModules } from '../structure/read-modules.ts';

export interface FaultSite {
  readonly path: string;
  /** undefined if the kind is computed. */
  readonly kind: string | undefined;
  /** With `{name}` for inserted values; undefined if it is computed. */
  readonly message: string | undefined;
  readonly next: string | undefined;
}

export interface Sentence {
  readonly path: string;
  readonly text: string;
}

export interface SourceCopy {
  /** Every code of `FaultCode`, with the places that raise it. */
  readonly faults: ReadonlyMap<string, readonly FaultSite[]>;
  readonly sentences: readonly Sentence[];
}

/** Fields of objects whose texts people read. */
const copyFields = new Set(
  'message next problem reason seen unmet absent unready title label words continuesAfterCancel'.split(
    ' ',
  ),
);

interface Source {
  readonly path: string;
  readonly text: string;
  /** By name; the nearest declaration above counts. */
  readonly constants: ReadonlyMap<string, readonly Node[]>;
}

/** @param isView files whose copy is in scenes. */
export function readSourceCopy(root: string, isView: (path: string) => boolean): SourceCopy {
  const declared = declaredCodes(readFileSync(`${root}src/kernel/fault-codes.ts`, 'utf8'));
  const paths = readModules(root, ['src', 'jobs'])
    .map(({ path }) => path)
    .filter((path) => path !== 'src/kernel/fault-codes.ts');
  const found = paths.map((path) => {
    const text = readFileSync(`${root}${path}`, 'utf8');
    const { program } = parseSync(path, text);
    return readSource({ path, text, constants: constantsOf(program) }, program, declared);
  });
  const faults = declared.map((code): [string, FaultSite[]] => [
    code,
    toldSites(found.flatMap(({ sites }) => sites.get(code) ?? [])),
  ]);
  const sentences = found
    .flatMap(({ sentences: all }) => all)
    .filter(({ path, text }) => !isView(path) && isCopy(text));
  return { faults: new Map(faults), sentences: unique(sentences) };
}

type Program = ReturnType<typeof parseSync>['program'];

function readSource(source: Source, program: Program, declared: readonly string[]) {
  const { path } = source;
  const sites = new Map<string, FaultSite[]>();
  const sentences: Sentence[] = [];
  /** Texts of a fault are listed with its code. */
  const told = new Set<Node>();
  const text = (node: Node | undefined) => (node === undefined ? undefined : textOf(source, node));
  const noteFault = (
    code: Node | undefined,
    [kind, message, next]: readonly (Node | undefined)[],
  ) => {
    const name = code === undefined ? undefined : literal(code);
    if (name === undefined || !declared.includes(name)) return;
    for (const node of [message, next]) if (node !== undefined) told.add(node);
    const site = {
      path,
      kind: kind === undefined ? undefined : literal(kind),
      message: text(message),
      next: text(next),
    };
    sites.set(name, [...(sites.get(name) ?? []), site]);
  };
  const noteSentence = (node: Node): void => {
    const found = told.has(node) ? undefined : text(node);
    if (found !== undefined) sentences.push({ path, text: found });
  };
  new Visitor({
    CallExpression: ({ callee, arguments: [kind, code, message, options] }) => {
      if (callee.type !== 'Identifier' || callee.name !== 'fail') return;
      noteFault(code, [kind, message, options && fieldOf(options, 'next')]);
    },
    ObjectExpression: (node) => {
      noteFault(
        fieldOf(node, 'code'),
        ['kind', 'message', 'next'].map((name) => fieldOf(node, name)),
      );
    },
    TaggedTemplateExpression: (node) => {
      if (node.tag.type === 'Identifier' && node.tag.name === 'mrkdwn') noteSentence(node);
    },
    Property: ({ key, value }) => {
      if (key.type === 'Identifier' && copyFields.has(key.name)) noteSentence(value);
    },
  }).visit(program);
  // Codes that reach `fail` in a variable.
  for (const code of declared.filter((each) => source.text.includes(`'${each}'`))) {
    const nothing = { path, kind: undefined, message: undefined, next: undefined };
    if (!sites.has(code)) sites.set(code, [nothing]);
  }
  return { sites, sentences };
}

/** Places without a text count only if no other place has one. */
function toldSites(sites: readonly FaultSite[]): FaultSite[] {
  const told = sites.filter(({ kind, message, next }) => kind ?? message ?? next);
  const shown = told.length > 0 ? told : sites;
  return [...new Map(shown.map((site) => [JSON.stringify(site), site])).values()];
}

const declaredCodes = (text: string): string[] =>
  [...text.matchAll(/\| '(\w+)'/g)].map(([, code = '']) => code);

/** More than one word, and not only inserted values. */
const isCopy = (text: string): boolean =>
  /[a-z]{2,}\s+[a-z]/i.test(text.replaceAll(/\{[^}]*\}/g, ''));

function unique(sentences: readonly Sentence[]): Sentence[] {
  return [...new Map(sentences.map((each) => [`${each.path} ${each.text}`, each])).values()];
}

function constantsOf(program: ReturnType<typeof parseSync>['program']): Map<string, Node[]> {
  const found = new Map<string, Node[]>();
  new Visitor({
    VariableDeclarator: ({ id, init }) => {
      if (id.type !== 'Identifier' || init === null) return;
      found.set(id.name, [...(found.get(id.name) ?? []), init]);
    },
  }).visit(program);
  return found;
}

const literal = (node: Node): string | undefined =>
  node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;

function fieldOf(node: Node, name: string): Node | undefined {
  if (node.type !== 'ObjectExpression') return undefined;
  for (const property of node.properties) {
    if (property.type !== 'Property' || property.key.type !== 'Identifier') continue;
    if (property.key.name === name) return property.value;
  }
  return undefined;
}

/** The text of an expression, with computed parts in braces; undefined if all of it is computed. */
function textOf(source: Source, node: Node, depth = 0): string | undefined {
  if (depth > 3) return undefined;
  const deeper = (inner: Node): string | undefined => textOf(source, inner, depth + 1);
  switch (node.type) {
    case 'Literal':
      return literal(node);
    case 'TemplateLiteral':
      return node.quasis
        .map(({ value }, index) => {
          const inner = node.expressions[index];
          return `${value.cooked ?? value.raw}${inner === undefined ? '' : filled(source, inner)}`;
        })
        .join('');
    case 'TaggedTemplateExpression':
      return deeper(node.quasi);
    case 'ConditionalExpression': {
      const both = [deeper(node.consequent), deeper(node.alternate)].filter(
        (text) => text !== undefined && text !== '',
      );
      return both.length === 0 ? undefined : both.join(' / ');
    }
    case 'ArrowFunctionExpression':
      return node.body.type === 'BlockStatement' ? undefined : deeper(node.body);
    case 'Identifier': {
      const above = (source.constants.get(node.name) ?? []).filter(({ end }) => end <= node.start);
      const nearest = above.at(-1);
      return nearest === undefined ? undefined : deeper(nearest);
    }
    default:
      return undefined;
  }
}

/** `{name}`, a typed command, or a short word for any other expression. */
function filled(source: Source, node: Node): string {
  if (node.type === 'CallExpression' && node.callee.type === 'Identifier') {
    const [first] = node.arguments;
    const given = first === undefined ? undefined : textOf(source, first, 2);
    if (/^(slashCommand|commandCode)$/.test(node.callee.name)) return `\`/llmgw ${given ?? '…'}\``;
    if (given !== undefined) return given;
    return first === undefined ? `{${node.callee.name}}` : filled(source, first);
  }
  const text = source.text.slice(node.start, node.end);
  const [name = ''] = /[A-Za-z]\w*(?=\W*$)/.exec(text) ?? [];
  return `{${text.length > 40 || name === '' ? '…' : name}}`;
}
