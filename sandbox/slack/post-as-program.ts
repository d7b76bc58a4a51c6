// Messages of other apps and workflows.
import { z } from 'zod';
import { HumanRefusal } from './human-refusal.ts';
import type { Message } from './state.ts';
import { asSlackSends } from './typed-text.ts';
import { type Workspace, addMessage, findChannel, findPerson } from './workspace.ts';

export const programPost = z.object({
  channel: z.string().min(1),
  text: z.string(),
  /** Name of the app or workflow. */
  name: z.string().default('Reminders'),
  /** `user_token`: an app that posts with the id of the person in `as`. */
  kind: z.enum(['app', 'workflow', 'user_token']).default('app'),
  as: z.string().optional(),
  threadTs: z.string().optional(),
});

/** @throws HumanRefusal for an unknown channel or person */
export function postAsProgram(ws: Workspace, asked: z.infer<typeof programPost>): Message {
  const channel = findChannel(ws, asked.channel);
  if (channel === undefined) {
    throw new HumanRefusal('no_such_channel', `There is no channel ${asked.channel}.`);
  }
  const person = asked.as === undefined ? undefined : findPerson(ws, asked.as);
  if (asked.kind === 'user_token' && person === undefined) {
    throw new HumanRefusal('no_such_person', 'Name the person under whose id the app posts.');
  }
  const users = { app: 'U0OTHERAPP', workflow: '', user_token: person?.id ?? '' } as const;
  return addMessage(ws, {
    channel: channel.id,
    user: users[asked.kind],
    text: asSlackSends(ws, asked.text, 'ids'),
    threadTs: asked.threadTs,
    program: {
      appId: 'A0OTHERAPP',
      botId: 'B0OTHERAPP',
      name: asked.name,
      isWorkflow: asked.kind === 'workflow',
    },
  });
}
