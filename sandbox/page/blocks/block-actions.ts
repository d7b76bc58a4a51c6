// What the blocks of one surface (a message, a modal, the Home tab) are given to work with.
import type { Block, BlockElement, Option } from './block-kit.ts';
import type { Names } from './mrkdwn.tsx';

export interface Choosable {
  readonly id: string;
  readonly label: string;
}

export interface BlockProps {
  readonly block: Block;
  readonly on: BlockActions;
}

export interface BlockActions {
  readonly names: Names;
  readonly people: readonly Choosable[];
  readonly channels: readonly Choosable[];
  /** A press of a button or a choice; resolves when the app has taken it. Inputs of a modal are read at its submission. */
  act(element: BlockElement, block: Block, value?: string): Promise<void>;
  /** Options of an external select for what was typed. */
  suggest(element: BlockElement, query: string): Promise<readonly Option[]>;
  /** Errors under inputs, by block id. */
  readonly errors?: Readonly<Record<string, string>>;
}
