// Recipients of a message's notifications, by mentions in its text or blocks.
import type { Message } from './state.ts';
import type { Workspace } from './workspace.ts';

/** `<@U…>`, `<@U…|name>`, `<!here>`, `<!channel|…>`, `<!everyone>`, `<!subteam^S…|…>`: Slack's own form; escaping disables it. */
const mention =
  /<(?:@([UW][A-Z0-9]+)|!(here|channel|everyone)|!subteam\^(S[A-Z0-9]+))(?:\|[^<>]*)?>/g;

/**
 * Ids of the people that the message mentions, directly, by group, or with the whole channel; excludes its author.
 * Mentions in code count too: Slack does not document whether it ignores them there.
 */
export function notifiedBy(ws: Workspace, message: Message): string[] {
  const named = new Set<string>();
  const everybody = ws.state.channels.find(({ id }) => id === message.channel)?.members ?? [];
  for (const text of textsOf(message)) {
    for (const [, person, wide, group] of text.matchAll(mention)) {
      if (person !== undefined) named.add(person);
      if (wide !== undefined) everybody.forEach((id) => named.add(id));
      if (group !== undefined) membersOf(ws, group).forEach((id) => named.add(id));
    }
  }
  // Rich text has separate fields for mentions.
  for (const element of objectsIn(message.blocks)) {
    const { type, user_id: person, usergroup_id: group } = element;
    if (type === 'user' && typeof person === 'string') named.add(person);
    if (type === 'usergroup' && typeof group === 'string') {
      membersOf(ws, group).forEach((id) => named.add(id));
    }
    if (type === 'broadcast') everybody.forEach((id) => named.add(id));
  }
  named.delete(message.user);
  return ws.state.people.filter(({ id }) => named.has(id)).map(({ id }) => id);
}

function membersOf(ws: Workspace, group: string): readonly string[] {
  return ws.state.userGroups.find(({ id }) => id === group)?.users ?? [];
}

/** All texts that Slack reads as mrkdwn or Markdown; plain text is shown unchanged. */
function textsOf(message: Message): string[] {
  const { text, blocks, attachments } = message;
  const read = objectsIn(blocks).flatMap((each) =>
    (each['type'] === 'mrkdwn' || each['type'] === 'markdown') && typeof each['text'] === 'string'
      ? [each['text']]
      : [],
  );
  const attached = objectsIn(attachments).flatMap((each) =>
    Object.values(each).filter((value) => typeof value === 'string'),
  );
  return [text, ...read, ...attached];
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Record<string, unknown>;
  return [fields, ...Object.values(fields).flatMap(objectsIn)];
}
