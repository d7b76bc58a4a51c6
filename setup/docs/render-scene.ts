// Markdown renderer of Block Kit: the visible scene, and its text for screen readers.
import type { Block } from '../../src/slack/messages/message.ts';
import type { Modal } from '../../src/slack/messages/modal.ts';
import type { Scene } from './scene.ts';

export function renderScene(scene: Scene): string {
  return `### ${scene.title}\n\nWhen: ${scene.when}.\n\n${renderShown(scene)}`;
}

/** The scene without its title and occasion. */
export function renderShown(scene: Scene): string {
  if ('message' in scene) {
    const { text, blocks } = scene.message;
    return `${quote(blocks)}\n\nRead aloud: ${readAloud(text)}`;
  }
  if ('home' in scene) return quote(scene.home);
  return `${modalHead(scene.modal)}\n\n${quote(scene.modal.blocks)}`;
}

function modalHead({ title, form }: Modal): string {
  const submit = form === undefined ? '' : ` · submit: \`[${form.submit}]\``;
  return `Modal: **${title}**${submit}`;
}

function quote(blocks: readonly Block[]): string {
  const parts = blocks.map(renderBlock).join('\n\n');
  return parts
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

/** @throws Error for a block that no view uses yet. */
function renderBlock(block: Block): string {
  switch (block.type) {
    case 'header':
      return `#### ${block.text.text}`;
    case 'divider':
      return '---';
    case 'section': {
      const { text, fields = [], accessory } = block;
      const parts = [...(text === undefined ? [] : [text]), ...fields];
      const beside = accessory === undefined ? [] : [renderElement(accessory)];
      return [...parts.map((part) => textOf(part)), ...beside].join('\n\n');
    }
    case 'context':
      return block.elements
        .map((element) => (element.type === 'image' ? imageText(element) : small(textOf(element))))
        .join('\n\n');
    case 'actions':
      return block.elements.map((element) => renderElement(element)).join(' ');
    case 'image':
      return imageText(block);
    case 'markdown':
      return block.text;
    case 'input': {
      const hint = block.hint === undefined ? '' : `\n\n${small(block.hint.text)}`;
      const optional = block.optional === true ? ' (optional)' : '';
      return `**${block.label.text}**${optional}: ${renderElement(block.element)}${hint}`;
    }
    default:
      throw new Error(`setup/docs cannot render a block of the type ${block.type}`);
  }
}

const small = (text: string): string => `<sub>${text}</sub>`;

const imageText = ({ alt_text: text }: { readonly alt_text: string }): string => `(image: ${text})`;

interface Text {
  readonly type: string;
  readonly text: string;
}

const textOf = ({ type, text }: Text): string => (type === 'mrkdwn' ? fromMrkdwn(text) : text);

interface Confirmation {
  readonly title?: Text;
  readonly text?: Text;
  readonly confirm?: Text;
  readonly deny?: Text;
}

/** The visible texts of buttons, fields and choices. */
interface Element {
  readonly type: string;
  readonly text?: Text | string;
  readonly style?: string;
  readonly confirm?: Confirmation;
  readonly placeholder?: Text;
  readonly initial_value?: string;
  readonly options?: readonly { readonly text: Text }[];
}

function renderElement(given: unknown): string {
  const element = given as Element;
  if (element.type === 'button' && typeof element.text === 'object') {
    const { confirm } = element;
    const label = `\`[${element.text.text}]\``;
    return confirm === undefined
      ? label
      : `${label} (asks: **${confirm.title?.text}** ${confirm.text?.text} \`[${confirm.confirm?.text}]\` \`[${confirm.deny?.text}]\`)`;
  }
  if (element.options !== undefined) {
    return element.options.map(({ text }) => `○ ${text.text}`).join(' ');
  }
  const { placeholder, initial_value: initial } = element;
  const shown = initial ?? placeholder?.text ?? '';
  return `\`[${shown.length > 80 ? `${shown.slice(0, 79)}…` : shown || ' '}]\``;
}

const people: Readonly<Record<string, string>> = {
  U0OLIVIA: 'olivia',
  U0OSCAR: 'oscar',
  U0ALICE: 'alice',
};

/** Slack's mrkdwn as Markdown: bold, mentions, dates and links; code blocks stay. */
export function fromMrkdwn(text: string): string {
  return text
    .split(/(```[^]*?```)/)
    .map((part, index) => (index % 2 === 1 ? `\n\n${unescape(part)}\n\n` : paragraph(part)))
    .join('');
}

/** Bold may hold code, and nothing in code is bold. */
const paragraph = (text: string): string =>
  text
    .trim()
    .replaceAll(/(?<=^|[\s(“])\*((?:`[^`\n]*`|[^*`\n])+)\*/g, '**$1**')
    .split(/(`[^`\n]*`)/)
    .map((part, index) => (index % 2 === 1 ? codeSpan(part) : prose(part)))
    .join('');

const codeSpan = (text: string): string => unescape(text.replaceAll(/<@(\w+)>/g, personOf));

const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const personOf = (_whole: string, id: string): string => `@${people[id] ?? id}`;

function prose(text: string): string {
  return named(text)
    .replaceAll(/<(https?:[^|>]+)\|([^>]*)>/g, '[$2]($1)')
    .replaceAll('\n', '\\\n');
}

/** Ids and dates that Slack renders become text; other markup stays visible. */
const readAloud = (text: string): string =>
  unescape(named(text)).replaceAll(/\s+/g, ' ').replaceAll(/[<*_]/g, '\\$&');

/** Replaces Slack's ids and dates by names and times. */
function named(text: string): string {
  return text
    .replaceAll(/<@(\w+)>/g, personOf)
    .replaceAll(/<#\w+>/g, '#llm-gateway')
    .replaceAll(/<!date\^[^|]*\|([^>]*)>/g, (_whole, iso: string) =>
      iso.slice(0, 16).replace('T', ' '),
    );
}
