// Modals as capabilities describe them, and their shared fields. Pure.
import type { Block, Mark } from './message.ts';

export interface Modal {
  readonly title: string;
  readonly blocks: readonly Block[];
  readonly mark?: Mark;
  /** Makes the modal a form: button label, callback id and the metadata that Slack returns. */
  readonly form?: { readonly submit: string; readonly callback: string; readonly metadata: string };
}

/** A text input. */
export interface TextField {
  readonly label: string;
  readonly hint: string;
  /** Characters. */
  readonly most: number;
  readonly initial?: string;
  readonly isOptional?: boolean;
}

export function textField(
  id: string,
  { label, hint, most, initial, isOptional = false }: TextField,
): Block {
  return {
    type: 'input',
    block_id: id,
    optional: isOptional,
    label: { type: 'plain_text', text: label },
    hint: { type: 'plain_text', text: hint },
    element: {
      type: 'plain_text_input',
      action_id: id,
      multiline: isOptional,
      max_length: most,
      ...(initial === undefined ? {} : { initial_value: initial }),
    },
  };
}
