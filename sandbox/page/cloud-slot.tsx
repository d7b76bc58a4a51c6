// Where the cloud has its place: beside the conversation, or a tab of its own on a phone.
import type { VNode } from 'preact';
import { CloudPane } from './cloud/cloud-pane.tsx';
import { Icon } from './icons.tsx';

export function CloudSlot({ onClose }: { onClose: (() => void) | undefined }): VNode {
  return (
    <aside class="cloud-slot" aria-label="Cloud">
      <header class="bar">
        <h2>Cloud</h2>
        <span class="bar-topic">What stands behind the bot, live</span>
        {onClose === undefined ? null : (
          <button type="button" class="icon-button" aria-label="Close the cloud" onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <div class="cloud-body">
        <CloudPane />
      </div>
    </aside>
  );
}
