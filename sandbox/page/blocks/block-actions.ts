// Callbacks of the blocks of one surface (message, modal or Home tab).
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
  /** An action of a button or a select; resolves once the app accepts it. A modal's inputs are read at its submission. */
  act(element: BlockElement, block: Block, value?: string): Promise<void>;
  /** Options of an external select for the typed text. */
  suggest(element: BlockElement, query: string): Promise<readonly Option[]>;
  /** Errors below inputs, by block id. */
  readonly errors?: Readonly<Record<string, string>>;
}
