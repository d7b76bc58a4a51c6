// Options of external selects: requested from the app while the person types.
import { z } from 'zod';
import { type Choice, elementsOf } from './blocks/stored-block.ts';
import { optionGroup, plainOption } from './blocks/text-limits.ts';
import type { Delivery } from './delivery.ts';
import { HumanRefusal } from './human-refusal.ts';
import { type Click, commonFields, surfaceOf } from './interact.ts';
import { actor } from './people-access.ts';
import type { Workspace } from './workspace.ts';

const suggested = z.union([
  z.object({ options: z.array(plainOption).max(100) }),
  z.object({ option_groups: z.array(optionGroup).max(100) }),
]);

export type Suggested = z.infer<typeof suggested>;

/** @throws HumanRefusal when there is no such select, or the app did not answer with options */
export async function suggestOptions(
  ws: Workspace,
  delivery: Delivery,
  asked: Pick<Click, 'as' | 'messageTs' | 'viewId' | 'home' | 'actionId'> & { query: string },
): Promise<Suggested> {
  const person = actor(ws, asked.as);
  const surface = surfaceOf(ws, person, asked);
  const found = surface.blocks
    .flatMap((block) => elementsOf(block).map((element) => ({ block, element })))
    .find(({ element }) => element.action_id === asked.actionId);
  if (found?.element.type.endsWith('external_select') !== true) {
    throw new HumanRefusal('no_such_element', 'There is nothing here that asks the app.');
  }
  const answer = await delivery.interaction({
    type: 'block_suggestion',
    ...commonFields(ws, person, surface.fromView),
    // A request for options has no trigger, so it can open nothing.
    trigger_id: undefined,
    ...surface.fields,
    block_id: found.block.block_id,
    action_id: asked.actionId,
    value: asked.query,
  });
  const read = suggested.safeParse(answer.kind === 'acked' ? answer.payload : undefined);
  if (!read.success) {
    throw new HumanRefusal('no_options', 'Sorry! Something went wrong. Please try again.');
  }
  const options: readonly { text: Choice['text']; value: string }[] =
    'options' in read.data
      ? read.data.options
      : read.data.option_groups.flatMap((group) => group.options);
  ws.suggestions.set(
    asked.actionId ?? '',
    options.map(({ text, value }) => ({ text, value })),
  );
  return read.data;
}
