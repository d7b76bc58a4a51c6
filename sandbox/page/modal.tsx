// A modal, and the question that a button with `confirm` asks first: native dialogs, so that focus and Escape behave.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type BlockElement, plain } from './block-kit.ts';
import { type BlockActions, Blocks } from './blocks.tsx';
import type { Modal } from './workspace-client.ts';

export interface ModalDialogProps {
  readonly modal: Modal;
  readonly actions: BlockActions;
  readonly onSubmit: (values: Record<string, string>) => void;
  readonly onClose: () => void;
}

export function ModalDialog({ modal, actions, onSubmit, onClose }: ModalDialogProps): VNode {
  const dialog = useOpenDialog();
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
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(readValues(event.currentTarget));
        }}
      >
        <header>
          <h2>{modal.title}</h2>
          <button type="button" class="close" aria-label="Close" onClick={onClose}>
            ×
          </button>
        </header>
        {modal.notice === '' ? null : (
          <p class="alert error" role="alert">
            {modal.notice}
          </p>
        )}
        <div aria-live="polite">
          <Blocks blocks={modal.blocks} {...actions} errors={modal.errors} />
        </div>
        <footer>
          <button type="button" class="button" onClick={onClose}>
            {modal.close ?? 'Close'}
          </button>
          {modal.submit === null ? null : (
            <button type="submit" class="button primary">
              {modal.submit}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

/** Inputs are named `block id, line break, action id`; Slack's API takes the values by block id. */
function readValues(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') values[name.split('\n')[0] ?? ''] = value;
  }
  return values;
}

export interface ConfirmDialogProps {
  readonly confirm: NonNullable<BlockElement['confirm']>;
  readonly onAnswer: (yes: boolean) => void;
}

export function ConfirmDialog({ confirm, onAnswer }: ConfirmDialogProps): VNode {
  const dialog = useOpenDialog();
  return (
    <dialog
      ref={dialog}
      class="modal"
      aria-label={plain(confirm.title)}
      onCancel={(event) => {
        event.preventDefault();
        onAnswer(false);
      }}
    >
      <h2>{plain(confirm.title)}</h2>
      <p>{plain(confirm.text)}</p>
      <footer>
        <button type="button" class="button" onClick={() => onAnswer(false)}>
          {plain(confirm.deny)}
        </button>
        <button type="button" class="button primary" onClick={() => onAnswer(true)}>
          {plain(confirm.confirm)}
        </button>
      </footer>
    </dialog>
  );
}

function useOpenDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  return dialog;
}
