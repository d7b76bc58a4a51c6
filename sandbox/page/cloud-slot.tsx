// Slot of the cloud pane: beside the conversation, or a phone tab.
import type { VNode } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { CloudPane } from './cloud/cloud-pane.tsx';
import { Icon } from './icons.tsx';

export function CloudSlot({ onClose }: { onClose: (() => void) | undefined }): VNode {
  return (
    <aside class="cloud-slot" aria-label="Cloud">
      <header class="bar">
        <h2>Cloud</h2>
        <span class="bar-topic">Live state of the cloud</span>
        {onClose === undefined ? null : (
          <button
            type="button"
            class="icon-button"
            aria-label="Close the cloud pane"
            onClick={onClose}
          >
            <Icon name="close" />
          </button>
        )}
      </header>
      <div class="cloud-body">
        <Fenced />
      </div>
    </aside>
  );
}

/** Whatever fails in here, the conversation goes on. */
function Fenced(): VNode {
  const [error, again] = useErrorBoundary();
  if (error === undefined) return <CloudPane />;
  return (
    <p class="quiet">
      The cloud pane failed to load.{' '}
      <button type="button" class="link" onClick={again}>
        Try again
      </button>
    </p>
  );
}
