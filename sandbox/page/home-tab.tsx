// The bot's App Home, as it has published it for this person.
import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import type { BlockActions } from './blocks/block-actions.ts';
import type { Block } from './blocks/block-kit.ts';
import { Blocks } from './blocks/blocks.tsx';

export interface HomeTabProps {
  readonly home: { readonly blocks: readonly Block[] } | undefined;
  readonly on: BlockActions;
  /** The app hears that the tab was opened. */
  readonly onOpen: () => void;
}

export function HomeTab({ home, on, onOpen }: HomeTabProps): VNode {
  useEffect(onOpen, []);
  return (
    <div class="home-tab" role="region" aria-label="Home" tabIndex={0}>
      {home === undefined ? (
        <p class="quiet">The app has not published its Home yet.</p>
      ) : (
        <Blocks blocks={home.blocks} on={on} />
      )}
    </div>
  );
}
