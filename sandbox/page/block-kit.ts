// The part of Block Kit that the page draws: shapes as they arrive, loosely, since the sandbox's Slack has checked them.

export interface TextObject {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

export interface Option {
  readonly text: TextObject;
  readonly value: string;
}

export interface BlockElement {
  readonly type: string;
  readonly action_id?: string;
  readonly text?: TextObject | string;
  readonly style?: 'primary' | 'danger';
  readonly url?: string;
  readonly value?: string;
  readonly confirm?: {
    readonly title: TextObject;
    readonly text: TextObject;
    readonly confirm: TextObject;
    readonly deny: TextObject;
  };
  readonly placeholder?: TextObject;
  readonly initial_value?: string;
  readonly initial_option?: Option;
  readonly options?: readonly Option[];
  readonly multiline?: boolean;
  readonly alt_text?: string;
  readonly image_url?: string;
  readonly accessibility_label?: string;
  readonly elements?: readonly RichPart[];
}

export interface RichPart {
  readonly type: string;
  readonly text?: string;
  readonly url?: string;
  readonly user_id?: string;
  readonly style?:
    { readonly bold?: boolean; readonly italic?: boolean; readonly code?: boolean } | string;
  readonly elements?: readonly RichPart[];
}

export interface Task {
  readonly task_id: string;
  readonly title: string;
  readonly status: 'pending' | 'in_progress' | 'complete' | 'error';
  readonly details?: Block;
  readonly output?: Block;
}

export interface Block {
  readonly type: string;
  readonly block_id?: string;
  readonly text?: TextObject | string;
  readonly fields?: readonly TextObject[];
  readonly accessory?: BlockElement;
  readonly elements?: readonly BlockElement[];
  readonly label?: TextObject;
  readonly hint?: TextObject;
  readonly optional?: boolean;
  readonly element?: BlockElement;
  readonly title?: TextObject | string;
  readonly tasks?: readonly Task[];
  readonly level?: string;
  readonly image_url?: string;
  readonly alt_text?: string;
  readonly rows?: readonly (readonly { readonly type: string; readonly text?: string }[])[];
}

export function plain(text: TextObject | string | undefined): string {
  return typeof text === 'string' ? text : (text?.text ?? '');
}
