// The page's subset of Block Kit: loose types of already validated blocks.

export interface TextObject {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

export type Words = TextObject | string | undefined;

export interface Option {
  readonly text: TextObject;
  readonly value: string;
  readonly description?: TextObject;
  readonly url?: string;
}

export interface OptionGroup {
  readonly label: TextObject;
  readonly options: readonly Option[];
}

export interface Confirm {
  readonly title?: TextObject;
  readonly text: TextObject;
  readonly confirm?: TextObject;
  readonly deny?: TextObject;
  readonly style?: string;
}

interface Feedback {
  readonly text: TextObject;
  readonly value: string;
  readonly accessibility_label?: string;
}

export interface BlockElement {
  readonly type: string;
  readonly action_id?: string;
  readonly text?: TextObject | string;
  readonly style?: 'primary' | 'danger';
  readonly url?: string;
  readonly value?: string;
  readonly confirm?: Confirm;
  readonly placeholder?: TextObject;
  readonly initial_value?: unknown;
  readonly initial_option?: Option;
  readonly initial_options?: readonly Option[];
  readonly initial_user?: string;
  readonly initial_users?: readonly string[];
  readonly initial_channel?: string;
  readonly initial_channels?: readonly string[];
  readonly initial_conversation?: string;
  readonly initial_conversations?: readonly string[];
  readonly initial_date?: string;
  readonly initial_time?: string;
  readonly initial_date_time?: number;
  readonly options?: readonly Option[];
  readonly option_groups?: readonly OptionGroup[];
  readonly multiline?: boolean;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly min_value?: string;
  readonly max_value?: string;
  readonly is_decimal_allowed?: boolean;
  readonly focus_on_load?: boolean;
  readonly alt_text?: string;
  readonly image_url?: string;
  readonly slack_file?: SlackFile;
  readonly icon?: string;
  readonly positive_button?: Feedback;
  readonly negative_button?: Feedback;
  readonly accessibility_label?: string;
  readonly elements?: readonly RichPart[];
}

export interface SlackFile {
  readonly id?: string;
  readonly url?: string;
}

export interface RichStyle {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly underline?: boolean;
  readonly code?: boolean;
}

export interface RichPart {
  readonly type: string;
  readonly text?: string;
  readonly url?: string;
  readonly user_id?: string;
  readonly channel_id?: string;
  readonly usergroup_id?: string;
  readonly range?: string;
  readonly name?: string;
  readonly unicode?: string;
  readonly timestamp?: number;
  readonly format?: string;
  readonly fallback?: string;
  readonly value?: string;
  readonly indent?: number;
  readonly style?: RichStyle | 'bullet' | 'ordered';
  readonly elements?: readonly RichPart[];
}

export interface Task {
  readonly task_id: string;
  readonly title: string;
  readonly status: 'pending' | 'in_progress' | 'complete' | 'error';
  readonly details?: Block;
  readonly output?: Block;
  readonly sources?: readonly { readonly url: string; readonly text: string }[];
}

export interface Cell {
  readonly type: string;
  readonly text?: string;
  readonly elements?: readonly RichPart[];
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
  readonly dispatch_action?: boolean;
  readonly element?: BlockElement;
  readonly title?: TextObject | string;
  readonly subtitle?: TextObject;
  readonly body?: TextObject;
  readonly subtext?: TextObject;
  readonly icon?: BlockElement;
  readonly hero_image?: BlockElement;
  readonly actions?: readonly BlockElement[];
  readonly child_blocks?: readonly Block[];
  readonly is_collapsible?: boolean;
  readonly default_collapsed?: boolean;
  readonly tasks?: readonly Task[];
  readonly level?: string;
  readonly image_url?: string;
  readonly slack_file?: SlackFile;
  readonly alt_text?: string;
  readonly caption?: string;
  readonly rows?: readonly (readonly Cell[])[];
  readonly column_settings?: readonly ({ readonly align?: string } | null)[];
}

export function plain(text: Words): string {
  return typeof text === 'string' ? text : (text?.text ?? '');
}

/** Source of an image: any URL, or a file of the workspace. */
export function pictureOf(from: { image_url?: string; slack_file?: SlackFile }): string {
  const { image_url, slack_file } = from;
  if (image_url !== undefined) return image_url;
  if (slack_file?.id !== undefined) return fileAddress(slack_file.id);
  return slack_file?.url ?? '';
}

export function fileAddress(id: string): string {
  return `/_sandbox/slack/files/${encodeURIComponent(id)}`;
}

/** The options of a select, grouped or not. */
export function optionsOf({ options, option_groups }: BlockElement): readonly Option[] {
  return options ?? (option_groups ?? []).flatMap((group) => group.options);
}
