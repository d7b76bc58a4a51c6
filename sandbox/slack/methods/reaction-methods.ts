// reactions.add and reactions.remove.
import type { CallArguments } from '../call-arguments.ts';
import { channelOfBot } from '../channel-access.ts';
import { Refusal } from '../refusal.ts';
import type { Message } from '../state.ts';
import type { WebMethod } from '../web-method.ts';
import { type Workspace, findMessage } from '../workspace.ts';

const base = { tier: 3, scopes: ['reactions:write'], token: 'bot' } as const;

/** @throws Refusal channel_not_found, not_in_channel, message_not_found */
function messageMeant(args: CallArguments, ws: Workspace): Message {
  const channel = channelOfBot(ws, args.required('channel'));
  const message = findMessage(ws, channel.id, args.required('timestamp'));
  if (message === undefined) throw new Refusal('message_not_found');
  return message;
}

const add: WebMethod = {
  name: 'reactions.add',
  ...base,
  call: (args, ws) => {
    const { reactions } = messageMeant(args, ws);
    const name = args.required('name');
    const same = reactions.find((each) => each.name === name);
    if (same?.users.includes(ws.app.botUser) === true) throw new Refusal('already_reacted');
    if (same === undefined) reactions.push({ name, users: [ws.app.botUser] });
    else same.users.push(ws.app.botUser);
    ws.changed();
    return {};
  },
};

const remove: WebMethod = {
  name: 'reactions.remove',
  ...base,
  tier: 2,
  call: (args, ws) => {
    const message = messageMeant(args, ws);
    const name = args.required('name');
    const users = message.reactions.find((each) => each.name === name)?.users ?? [];
    const at = users.indexOf(ws.app.botUser);
    if (at === -1) throw new Refusal('no_reaction');
    users.splice(at, 1);
    message.reactions = message.reactions.filter((each) => each.users.length > 0);
    ws.changed();
    return {};
  },
};

export const reactionMethods: readonly WebMethod[] = [add, remove];
