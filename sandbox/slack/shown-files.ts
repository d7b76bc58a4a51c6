// Files in blocks: allowed after processing, and never in ephemeral messages.
import { refuse } from './blocks/accept-blocks.ts';
import type { StoredBlock } from './blocks/stored-block.ts';
import type { Workspace } from './workspace.ts';

/** Slack answers the upload before it has processed the file; ms of real time. */
const processedAfterMs = 1_200;

export const readyAt = (ws: Workspace): number => ws.now() + processedAfterMs;

/** @throws Refusal `code`, with Slack's message, for an unknown or unprocessed file */
export function needShownFiles(
  ws: Workspace,
  blocks: readonly StoredBlock[],
  { root, code }: { readonly root: string; readonly code: 'invalid_blocks' | 'invalid_arguments' },
): void {
  refuseFiles(blocks, { root, code }, (id) => {
    const file = id === undefined ? undefined : ws.uploads.byId[id];
    return file?.readyAt === undefined || ws.now() < file.readyAt;
  });
}

/** @throws Refusal invalid_blocks for any file */
export function needNoFiles(blocks: readonly StoredBlock[]): void {
  refuseFiles(blocks, { root: '/blocks', code: 'invalid_blocks' }, () => true);
}

function refuseFiles(
  blocks: readonly StoredBlock[],
  { root, code }: { readonly root: string; readonly code: string },
  isRefused: (id: string | undefined) => boolean,
): void {
  const words = blocks.flatMap((block, index) =>
    filesIn(block)
      .filter(isRefused)
      .map(() => `invalid slack file [json-pointer:${root}/${index}/slack_file]`),
  );
  if (words.length > 0) throw refuse(code, words);
}

/** Ids of the files in a block or its elements; undefined for a file with a URL. */
function filesIn(value: unknown): (string | undefined)[] {
  if (Array.isArray(value)) return value.flatMap(filesIn);
  if (typeof value !== 'object' || value === null) return [];
  const own: (string | undefined)[] = [];
  if ('slack_file' in value) {
    const file = value.slack_file;
    const hasId = typeof file === 'object' && file !== null && 'id' in file;
    own.push(hasId && typeof file.id === 'string' ? file.id : undefined);
  }
  return [...own, ...Object.values(value).flatMap(filesIn)];
}
