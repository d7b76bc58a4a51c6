// The modal dialog: inputs, errors, stack depth.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { BlockActions } from '../blocks/block-actions.ts';
import { Blocks } from '../blocks/blocks.tsx';
import { Icon } from '../icons.tsx';
import type { Modal } from '../workspace-client.ts';
import { useDialog } from './use-dialog.ts';

export interface ModalDialogProps {
  readonly modal: Modal;
  /** How many lie beneath it. */
  readonly depth: number;
  readonly on: BlockActions;
  readonly onSubmit: (values: Record<string, string>) => Promise<void>;
  readonly onClose: () => void;
}

export function ModalDialog({ modal, depth, on, onSubmit, onClose }: ModalDialogProps): VNode {
  const dialog = useDialog();
  const [isSending, setSending] = useState(false);
  return (
    <dialog
      ref={dialog}
      class="modal"
      aria-label={modal.title}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isSending) return;
          setSending(true);
          void onSubmit(readValues(event.currentTarget)).finally(() => setSending(false));
        }}
      >
        <header>
          <h2 data-focus tabIndex={-1}>
            {modal.title}
          </h2>
          {depth > 0 ? <span class="quiet">modal {depth + 1}</span> : null}
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        <div class="modal-body" tabIndex={0} role="group" aria-label={modal.title}>
          {modal.notice === '' ? null : (
            <p class="alert-block error" role="alert">
              {modal.notice}
            </p>
          )}
          <div aria-live="polite">
            <Blocks blocks={modal.blocks} on={{ ...on, errors: modal.errors }} />
          </div>
        </div>
        <footer>
          <button type="button" class="button" onClick={onClose}>
            {modal.close ?? (depth > 0 ? 'Back' : 'Close')}
          </button>
          {modal.submit === null ? null : (
            <button
              type="submit"
              class="button primary"
              aria-busy={isSending}
              aria-disabled={isSending}
            >
              {modal.submit}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

/** Inputs are named `block id, line break, action id`; Slack's API takes the values by block id, lists by commas. */
export function readValues(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    const [blockId = ''] = name.split('\n');
    if (typeof value !== 'string' || !name.includes('\n')) continue;
    const before = values[blockId];
    values[blockId] = before === undefined ? value : `${before},${value}`;
  }
  for (const field of form.querySelectorAll<HTMLInputElement>('input[type="datetime-local"]')) {
    const [blockId = ''] = field.name.split('\n');
    if (field.value !== '') values[blockId] = String(Date.parse(field.value) / 1000);
  }
  return values;
}
