// The question that an element with `confirm` asks before it counts.
import type { VNode } from 'preact';
import { type Confirm, plain } from '../blocks/block-kit.ts';
import { Mrkdwn, type Names } from '../blocks/mrkdwn.tsx';
import { useDialog } from './use-dialog.ts';

export interface ConfirmDialogProps {
  readonly confirm: Confirm;
  readonly names: Names;
  readonly isDanger: boolean;
  readonly onAnswer: (yes: boolean) => void;
}

export function ConfirmDialog({ confirm, names, isDanger, onAnswer }: ConfirmDialogProps): VNode {
  const dialog = useDialog();
  const title = plain(confirm.title) || 'Are you sure?';
  return (
    <dialog
      ref={dialog}
      class="modal confirm"
      role="alertdialog"
      aria-label={title}
      aria-describedby="confirm-text"
      onCancel={(event) => {
        event.preventDefault();
        onAnswer(false);
      }}
    >
      <header>
        <h2>{title}</h2>
      </header>
      <div class="modal-body" id="confirm-text">
        <Mrkdwn text={confirm.text.text} names={names} />
      </div>
      <footer>
        <button type="button" class="button" data-focus onClick={() => onAnswer(false)}>
          {plain(confirm.deny) || 'Cancel'}
        </button>
        <button
          type="button"
          class={`button ${isDanger ? 'danger' : 'primary'}`}
          onClick={() => onAnswer(true)}
        >
          {plain(confirm.confirm) || 'Yes'}
        </button>
      </footer>
    </dialog>
  );
}
