// A text object: plain words, or Slack's own markup.
import type { VNode } from 'preact';
import type { BlockActions } from './block-actions.ts';
import { plain, type Words } from './block-kit.ts';
import { Mrkdwn, wordsAndEmoji } from './mrkdwn.tsx';

export function Text({ text, on }: { text: Words; on: BlockActions }): VNode {
  if (typeof text === 'object' && text.type === 'mrkdwn')
    return (
      <div class="text">
        <Mrkdwn text={text.text} names={on.names} />
      </div>
    );
  return <div class="text plain">{wordsAndEmoji(plain(text))}</div>;
}
