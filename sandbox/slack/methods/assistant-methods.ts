// assistant.threads.setStatus, setTitle and setSuggestedPrompts.
import { z } from 'zod';
import type { CallArguments } from '../call-arguments.ts';
import { channelOfBot } from '../channel-access.ts';
import { Refusal, invalidArguments } from '../refusal.ts';
import type { AssistantThread } from '../state.ts';
import { setThreadStatus } from '../thread-status.ts';
import type { WebMethod } from '../web-method.ts';
import { type Workspace, findMessage, messagesOf } from '../workspace.ts';

/** "Set up to four suggested prompts": the method's reference. */
const prompts = z
  .array(z.object({ title: z.string().min(1), message: z.string().min(1) }))
  .min(1)
  .max(4);

const setStatus: WebMethod = {
  name: 'assistant.threads.setStatus',
  tier: 'special',
  scopes: ['assistant:write', 'chat:write'],
  token: 'bot',
  call: (args, ws) => {
    const thread = threadOf(ws, args, args.required('thread_ts'));
    const status = args.text('status');
    if (status === undefined) throw invalidArguments('missing required field: status');
    setThreadStatus(ws, thread, status);
    return {};
  },
};

const setTitle: WebMethod = {
  name: 'assistant.threads.setTitle',
  tier: 4,
  scopes: ['assistant:write'],
  token: 'bot',
  call: (args, ws) => {
    const place = threadOf(ws, args, args.required('thread_ts'));
    assistantThread(ws, place).title = args.required('title');
    ws.changed();
    return {};
  },
};

const setSuggestedPrompts: WebMethod = {
  name: 'assistant.threads.setSuggestedPrompts',
  tier: 4,
  scopes: ['assistant:write'],
  token: 'bot',
  call: (args, ws) => {
    const place = threadOf(ws, args, args.text('thread_ts'));
    const sent = prompts.safeParse(args.json('prompts'));
    if (!sent.success) throw invalidArguments('invalid prompts [json-pointer:/prompts]');
    const thread = assistantThread(ws, place);
    Object.assign(thread, { prompts: sent.data, promptsTitle: args.text('title') ?? '' });
    ws.changed();
    return {};
  },
};

/** Without a timestamp, the channel's latest message applies. @throws Refusal channel_not_found, invalid_thread_ts */
function threadOf(
  ws: Workspace,
  args: CallArguments,
  ts: string | undefined,
): { channel: string; threadTs: string } {
  const { id: channel } = channelOfBot(ws, args.required('channel_id'));
  const message = ts === undefined ? messagesOf(ws, channel).at(-1) : findMessage(ws, channel, ts);
  if (ts !== undefined && message === undefined) throw new Refusal('invalid_thread_ts');
  return { channel, threadTs: ts ?? message?.threadTs ?? message?.ts ?? '' };
}

function assistantThread(
  ws: Workspace,
  place: { channel: string; threadTs: string },
): AssistantThread {
  const known = ws.state.assistantThreads.find(
    (each) =>
      each.app === ws.app.id && each.channel === place.channel && each.threadTs === place.threadTs,
  );
  const thread = known ?? { app: ws.app.id, ...place, title: '', promptsTitle: '', prompts: [] };
  if (known === undefined) ws.state.assistantThreads.push(thread);
  return thread;
}

export const assistantMethods: readonly WebMethod[] = [setStatus, setTitle, setSuggestedPrompts];
