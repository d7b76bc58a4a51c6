// An app's shortcuts, on message menus or global, and their invocation.
import type { Delivery } from './delivery.ts';
import { HumanRefusal } from './human-refusal.ts';
import { commonFields, messageSurface } from './interact.ts';
import { actor } from './people-access.ts';
import type { Workspace } from './workspace.ts';

export interface Chosen {
  readonly as: string;
  /** Timestamp of the message for a message shortcut; absent for a global one. */
  readonly messageTs?: string | undefined;
  /** By its id or its name. */
  readonly shortcut: string;
}

/** @throws HumanRefusal for an unknown shortcut or message; Slack offers none on ephemeral messages */
export async function useShortcut(
  ws: Workspace,
  delivery: Delivery,
  { as, messageTs, shortcut }: Chosen,
): Promise<{ delivered: boolean; error?: string }> {
  const person = actor(ws, as);
  const type = messageTs === undefined ? 'global' : 'message';
  const here = ws.app.grant.shortcuts.filter((each) => each.type === type);
  const meant = here.find((each) => [each.callbackId, each.name].includes(shortcut));
  if (meant === undefined) {
    const names = here.map((each) => each.name).join(', ') || 'none';
    throw new HumanRefusal(
      'no_such_shortcut',
      `There is no shortcut ${shortcut} here. There is: ${names}.`,
    );
  }
  const common = {
    ...commonFields(ws, person, undefined),
    callback_id: meant.callbackId,
    action_ts: ws.newTs(),
  };
  const payload =
    messageTs === undefined
      ? { type: 'shortcut', ...common }
      : { type: 'message_action', ...common, ...messageFields(ws, as, messageTs) };
  const answer = await delivery.interaction(payload);
  return answer.kind === 'failed'
    ? { delivered: false, error: answer.reason }
    : { delivered: true };
}

function messageFields(ws: Workspace, as: string, ts: string): Record<string, unknown> {
  const { channel, message, response_url } = messageSurface(ws, actor(ws, as), ts).fields;
  if (message === undefined) {
    throw new HumanRefusal('no_such_message', 'A message that only you see has no shortcuts.');
  }
  return { message_ts: ts, channel, message, response_url };
}
