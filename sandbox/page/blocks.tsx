// Draws Block Kit blocks; a type that the page does not know says so instead of vanishing.
import type { VNode } from 'preact';
import {
  type Block,
  type BlockElement,
  plain,
  type RichPart,
  type Task,
  type TextObject,
} from './block-kit.ts';
import { Markdown, Mrkdwn, type Names } from './mrkdwn.tsx';

export interface BlockActions {
  readonly names: Names;
  /** A press of a button or a choice; inputs of a modal are read at its submission. */
  act(element: BlockElement, block: Block, value?: string): void;
  /** Errors under inputs, by block id. */
  readonly errors?: Readonly<Record<string, string>>;
}

export function Blocks({ blocks, ...on }: BlockActions & { blocks: readonly Block[] }): VNode {
  return (
    <div class="blocks">
      {blocks.map((block, index) => (
        <OneBlock key={block.block_id ?? index} block={block} on={on} />
      ))}
    </div>
  );
}

function OneBlock({ block, on }: { block: Block; on: BlockActions }): VNode {
  const { names } = on;
  switch (block.type) {
    case 'section':
      return <Section block={block} on={on} />;
    case 'header':
      return <h3>{plain(block.text)}</h3>;
    case 'divider':
      return <hr />;
    case 'context':
      return (
        <p class="context">
          {(block.elements ?? []).map((element) =>
            element.type === 'image' ? (
              <img class="icon" src={element.image_url} alt={element.alt_text ?? ''} />
            ) : (
              <span>
                <Text text={element as unknown as TextObject} names={names} />{' '}
              </span>
            ),
          )}
        </p>
      );
    case 'actions':
      return (
        <div class="actions">
          {(block.elements ?? []).map((element) => (
            <Element element={element} block={block} on={on} />
          ))}
        </div>
      );
    case 'markdown':
      return (
        <div>
          <Markdown text={plain(block.text)} names={names} />
        </div>
      );
    case 'input':
      return <Input block={block} on={on} />;
    case 'image':
      return <img src={block.image_url} alt={block.alt_text ?? ''} />;
    case 'rich_text':
      return <Rich parts={(block.elements ?? []) as readonly RichPart[]} names={names} />;
    case 'plan':
      return (
        <div class="plan">
          <strong>{plain(block.title)}</strong>
          {(block.tasks ?? []).map((task) => (
            <TaskLine task={task} on={on} />
          ))}
        </div>
      );
    case 'task_card':
      return <TaskLine task={block as unknown as Task} on={on} />;
    case 'alert':
      return (
        <p class={`alert ${block.level ?? 'default'}`}>
          <Text text={block.text} names={names} />
        </p>
      );
    case 'table':
      return (
        <table>
          {(block.rows ?? []).map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{cell.text ?? ''}</td>
              ))}
            </tr>
          ))}
        </table>
      );
    default:
      return <p class="context">Unsupported block: {block.type}</p>;
  }
}

function Section({ block, on }: { block: Block; on: BlockActions }): VNode {
  return (
    <div class="section">
      <div>
        {block.text === undefined ? null : <Text text={block.text} names={on.names} />}
        {block.fields === undefined ? null : (
          <div class="fields">
            {block.fields.map((field) => (
              <div>
                <Text text={field} names={on.names} />
              </div>
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

function Text({ text, names }: { text: TextObject | string | undefined; names: Names }): VNode {
  if (typeof text === 'object' && text.type === 'mrkdwn')
    return <Mrkdwn text={text.text} names={names} />;
  return <span class="plain">{plain(text)}</span>;
}

function Element({
  element,
  block,
  on,
}: {
  element: BlockElement;
  block: Block;
  on: BlockActions;
}): VNode {
  switch (element.type) {
    case 'button':
      return (
        <button
          type="button"
          class={`button ${element.style ?? ''}`}
          aria-label={element.accessibility_label}
          onClick={() => on.act(element, block)}
        >
          {plain(element.text)}
        </button>
      );
    case 'static_select':
    case 'overflow':
    case 'radio_buttons':
      return (
        <select
          aria-label={plain(element.placeholder) || 'More actions'}
          onChange={(event) => on.act(element, block, event.currentTarget.value)}
        >
          <option value="">{plain(element.placeholder) || '…'}</option>
          {(element.options ?? []).map((option) => (
            <option value={option.value}>{plain(option.text)}</option>
          ))}
        </select>
      );
    case 'image':
      return <img class="accessory" src={element.image_url} alt={element.alt_text ?? ''} />;
    default:
      return <span class="context">Unsupported element: {element.type}</span>;
  }
}

function Input({ block, on }: { block: Block; on: BlockActions }): VNode {
  const id = `input-${block.block_id ?? ''}`;
  const error = on.errors?.[block.block_id ?? ''];
  const element = block.element;
  const shared = {
    id,
    name: `${block.block_id ?? ''}\n${element?.action_id ?? ''}`,
    'aria-describedby': `${id}-hint`,
    'aria-invalid': error !== undefined,
  };
  return (
    <div class="input">
      <label for={id}>
        {plain(block.label)}
        {block.optional === true ? <span class="context"> (optional)</span> : null}
      </label>
      {element?.type === 'plain_text_input' ? (
        element.multiline === true ? (
          <textarea {...shared} rows={4} defaultValue={element.initial_value ?? ''} />
        ) : (
          <input
            {...shared}
            placeholder={plain(element.placeholder)}
            defaultValue={element.initial_value ?? ''}
          />
        )
      ) : element?.type === 'static_select' || element?.type === 'radio_buttons' ? (
        <select {...shared} defaultValue={element.initial_option?.value ?? ''}>
          {(element.options ?? []).map((option) => (
            <option value={option.value}>{plain(option.text)}</option>
          ))}
        </select>
      ) : (
        <span class="context">Unsupported element: {element?.type ?? 'none'}</span>
      )}
      <div id={`${id}-hint`} class={error === undefined ? 'context' : 'error'}>
        {error ?? plain(block.hint)}
      </div>
    </div>
  );
}

const taskMarks = {
  pending: '○ waiting',
  in_progress: '◐ running',
  complete: '● done',
  error: '✕ failed',
} as const;

function TaskLine({ task, on }: { task: Task; on: BlockActions }): VNode {
  return (
    <div class={`task ${task.status}`}>
      <span class="mark">{taskMarks[task.status]}</span> {task.title}
      {task.details === undefined ? null : <Blocks blocks={[task.details]} {...on} />}
      {task.output === undefined ? null : <Blocks blocks={[task.output]} {...on} />}
    </div>
  );
}

function Rich({ parts, names }: { parts: readonly RichPart[]; names: Names }): VNode {
  return <>{parts.map((part) => richPart(part, names))}</>;
}

function richPart(part: RichPart, names: Names): VNode {
  const inner = <Rich parts={part.elements ?? []} names={names} />;
  const style = typeof part.style === 'object' ? part.style : {};
  switch (part.type) {
    case 'rich_text_section':
      return <span>{inner}</span>;
    case 'rich_text_list':
      return (
        <ul>
          {(part.elements ?? []).map((item) => (
            <li>{richPart(item, names)}</li>
          ))}
        </ul>
      );
    case 'rich_text_preformatted':
      return <pre>{inner}</pre>;
    case 'rich_text_quote':
      return <q>{inner}</q>;
    case 'link':
      return <a href={part.url}>{part.text ?? part.url}</a>;
    case 'user':
      return <span class="mention">@{names.person(part.user_id ?? '')}</span>;
    default:
      return style.code === true ? (
        <code>{part.text}</code>
      ) : style.bold === true ? (
        <strong>{part.text}</strong>
      ) : (
        <span class="plain">{part.text}</span>
      );
  }
}
