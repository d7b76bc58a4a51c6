// Plans and task cards: each state as a mark and a word.
import type { VNode } from 'preact';
import { type Block, plain, type RichPart, type Task } from './block-kit.ts';
import type { BlockActions, BlockProps } from './block-actions.ts';
import { Emoji } from './emoji.tsx';
import { SafeLink } from './mrkdwn.tsx';
import { RichText } from './rich-text.tsx';

export function Plan({ block, on }: BlockProps): VNode {
  return (
    <div class="plan">
      <p class="header-block">{plain(block.title)}</p>
      {(block.tasks ?? []).map((task) => (
        <TaskCard key={task.task_id} task={task} on={on} />
      ))}
    </div>
  );
}

const states = {
  pending: { emoji: 'white_circle', word: 'waiting' },
  in_progress: { emoji: 'hourglass_flowing_sand', word: 'running' },
  complete: { emoji: 'white_check_mark', word: 'done' },
  error: { emoji: 'x', word: 'failed' },
} as const;

export function TaskCard({ task, on }: { task: Task; on: BlockActions }): VNode {
  const { emoji, word } = states[task.status];
  const { details, output, sources = [] } = task;
  return (
    <div class="task">
      <p>
        <Emoji name={emoji} /> {task.title} <span class="quiet">· {word}</span>
      </p>
      {details === undefined ? null : <Note block={details} on={on} />}
      {output === undefined ? null : <Note block={output} on={on} />}
      {sources.map(({ url, text }) => (
        <SafeLink key={url} url={url}>
          {text}
        </SafeLink>
      ))}
    </div>
  );
}

/** Slack takes rich text alone here. */
function Note({ block, on }: { block: Block; on: BlockActions }): VNode {
  return (
    <RichText parts={(block.elements ?? []) as unknown as readonly RichPart[]} names={on.names} />
  );
}
