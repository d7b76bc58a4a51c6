// Draws Block Kit blocks; a type that the page does not know says so instead of vanishing.
import type { VNode } from 'preact';
import {
  type Block,
  type BlockElement,
  pictureOf,
  plain,
  type RichPart,
  type Task,
  type Words,
} from './block-kit.ts';
import type { BlockActions, BlockProps } from './block-actions.ts';
import { Card, Carousel, Container } from './cards.tsx';
import { Element } from './elements.tsx';
import { Input } from './inputs.tsx';
import { Markdown } from './markdown.tsx';
import { wordsAndEmoji } from './mrkdwn.tsx';
import { RichText } from './rich-text.tsx';
import { Table } from './table.tsx';
import { Plan, TaskCard } from './tasks.tsx';
import { Text } from './text.tsx';

export function Blocks({ blocks, on }: { blocks: readonly Block[]; on: BlockActions }): VNode {
  return (
    <div class="blocks">
      {blocks.map((block, index) => (
        <OneBlock key={block.block_id ?? index} block={block} on={on} />
      ))}
    </div>
  );
}

export function OneBlock({ block, on }: BlockProps): VNode {
  switch (block.type) {
    case 'section':
      return <Section block={block} on={on} />;
    case 'header':
      return <p class="header-block">{wordsAndEmoji(plain(block.text))}</p>;
    case 'divider':
      return <hr />;
    case 'context':
      return <Context block={block} on={on} />;
    case 'actions':
    case 'context_actions':
      return (
        <div class="actions">
          {(block.elements ?? []).map((element, at) => (
            <Element key={element.action_id ?? at} element={element} block={block} on={on} />
          ))}
        </div>
      );
    case 'markdown':
      return <Markdown text={plain(block.text)} />;
    case 'input':
      return <Input block={block} on={on} />;
    case 'image':
      return <Picture block={block} />;
    case 'rich_text':
      return (
        <RichText
          parts={(block.elements ?? []) as unknown as readonly RichPart[]}
          names={on.names}
        />
      );
    case 'plan':
      return <Plan block={block} on={on} />;
    case 'task_card':
      return <TaskCard task={block as unknown as Task} on={on} />;
    case 'alert':
      return (
        <div class={`alert-block ${block.level ?? 'default'}`}>
          <strong class="level">{levels[block.level ?? 'default'] ?? 'Note'}</strong>
          <Text text={block.text} on={on} />
        </div>
      );
    case 'table':
    case 'data_table':
      return <Table block={block} on={on} />;
    case 'card':
      return <Card block={block} on={on} />;
    case 'carousel':
      return <Carousel block={block} on={on} />;
    case 'container':
      return (
        <Container block={block}>
          <Blocks blocks={block.child_blocks ?? []} on={on} />
        </Container>
      );
    default:
      return <p class="unsupported">Unsupported block: {block.type}</p>;
  }
}

/** Said, not only coloured. */
const levels: Readonly<Record<string, string>> = {
  default: 'Note',
  info: 'Note',
  success: 'Done',
  warning: 'Warning',
  error: 'Error',
};

function Section({ block, on }: BlockProps): VNode {
  return (
    <div class="section">
      <div class="section-words">
        {block.text === undefined ? null : <Text text={block.text} on={on} />}
        {block.fields === undefined ? null : (
          <div class="fields">
            {block.fields.map((field, at) => (
              <Text key={at} text={field} on={on} />
            ))}
          </div>
        )}
      </div>
      {block.accessory === undefined ? null : (
        <Element element={block.accessory} block={block} on={on} />
      )}
    </div>
  );
}

function Context({ block, on }: BlockProps): VNode {
  return (
    <div class="context-block">
      {(block.elements ?? []).map((element, at) =>
        element.type === 'image' ? (
          <img key={at} class="icon-image" src={pictureOf(element)} alt={element.alt_text ?? ''} />
        ) : (
          <Text key={at} text={asWords(element)} on={on} />
        ),
      )}
    </div>
  );
}

function asWords(element: BlockElement): Words {
  const type = element.type === 'mrkdwn' ? 'mrkdwn' : 'plain_text';
  return { type, text: plain(element.text) };
}

function Picture({ block }: { block: Block }): VNode {
  const title = plain(block.title);
  return (
    <figure>
      {title === '' ? null : <figcaption>{title}</figcaption>}
      <img src={pictureOf(block)} alt={block.alt_text ?? ''} loading="lazy" />
    </figure>
  );
}
