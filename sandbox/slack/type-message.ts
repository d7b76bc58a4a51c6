// People's typed input: slash commands and messages.
import { needOpen, runBuiltIn } from './built-in-commands.ts';
import type { Delivery } from './delivery.ts';
import { HumanRefusal } from './human-refusal.ts';
import { enterpriseOf, teamOf } from './origin.ts';
import { actor, channelsOf, place } from './people-access.ts';
import { Refusal } from './refusal.ts';
import { newResponseUrl, readResponse, showResponse } from './response-url.ts';
import { type Channel, type Message, type Person, SLACKBOT, TEAM } from './state.ts';
import { asSlackSends } from './typed-text.ts';
import { newUpload, sharedFile } from './uploads.ts';
import { type Workspace, addEphemeral, addMessage, messagesOf, newTrigger } from './workspace.ts';

export interface Typed {
  readonly as: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string | undefined;
}

export interface TypedMessage extends Typed {
  /** Names of attached files. */
  readonly files?: readonly string[] | undefined;
  /** True for a reply that is also sent to the channel. */
  readonly broadcast?: boolean | undefined;
  /** Timestamp of a forwarded message. */
  readonly forward?: string | undefined;
  /** The message has this earlier time, and Slack delivers it only now. */
  readonly hoursAgo?: number | undefined;
}

/** Result of a command: accepted by the app, or Slack's own message to the person. */
export interface CommandResult {
  readonly delivered: boolean;
  readonly error?: string;
}

/** @throws HumanRefusal in a thread, or for an unknown person or channel */
export async function typeCommand(
  ws: Workspace,
  delivery: Delivery,
  typed: Typed,
): Promise<CommandResult> {
  const person = actor(ws, typed.as);
  const channel = place(ws, person, typed.channel);
  const [, command = '', text = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed.text.trim()) ?? [];
  if (typed.threadTs !== undefined) {
    throw new HumanRefusal(
      'not_supported_in_threads',
      `${command} is not supported in threads. Sorry!`,
    );
  }
  const say = (words: string): CommandResult => {
    addEphemeral(ws, { channel: channel.id, to: person.id, from: SLACKBOT, text: words });
    return { delivered: false, error: words };
  };
  needOpen(channel);
  if (runBuiltIn(ws, { person, channel }, command, text)) return { delivered: true };
  const isKnown =
    ws.app.grant.scopes.includes('commands') &&
    ws.app.grant.slashCommands.some((each) => each.command === command);
  if (!isKnown) return say(`${command} is not a valid command.`);

  const responseUrl = newResponseUrl(ws, {
    channel: channel.id,
    user: person.id,
    original: undefined,
    threadTs: undefined,
  });
  const answer = await delivery.command({
    token: 'sandbox',
    team_id: teamOf(person),
    team_domain: teamOf(person) === TEAM.id ? TEAM.domain : teamOf(person).toLowerCase(),
    ...enterpriseFields(enterpriseOf(ws, person)),
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: person.id,
    user_name: person.name,
    command,
    text: asSlackSends(ws, text, 'names'),
    api_app_id: ws.app.id,
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: newTrigger(ws, person.id),
  });
  if (answer.kind === 'failed') {
    return say(`${command} failed with the error "${answer.reason}"`);
  }
  const response = answer.payload === undefined ? undefined : readResponse(answer.payload);
  if (response === undefined) return { delivered: true };
  const url = ws.responseUrls.get(responseUrl.split('/').at(-1) ?? '');
  try {
    // An ack with content is no post to the response_url and uses none of its five posts.
    if (url !== undefined && hasContent(response)) showResponse(ws, url, response);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return say(`${command} failed with the error "${error.code}"`);
  }
  return { delivered: true };
}

function hasContent(response: { text?: string | undefined; blocks?: unknown }): boolean {
  return (response.text ?? '') !== '' || response.blocks !== undefined;
}

export function typeMessage(ws: Workspace, typed: TypedMessage): Message {
  const person = actor(ws, typed.as);
  const channel = place(ws, person, typed.channel);
  needOpen(channel);
  const text = asSlackSends(ws, typed.text.trim(), 'ids');
  const files = (typed.files ?? []).map((name) => sharedFile(newUpload(ws, name)));
  const attachments =
    typed.forward === undefined ? [] : [forwardedMessage(ws, person, typed.forward)];
  if (typed.broadcast === true && typed.threadTs === undefined) {
    throw new HumanRefusal('no_thread', 'Only a reply can be sent to the channel, too.');
  }
  if (text === '' && files.length === 0 && attachments.length === 0)
    throw new HumanRefusal('no_text', 'There is nothing to send.');
  const isThread = messagesOf(ws, channel.id).some((each) => each.ts === typed.threadTs);
  if (typed.threadTs !== undefined && !isThread) {
    throw new HumanRefusal('thread_not_found', 'That thread is not there.');
  }
  const message = addMessage(ws, {
    channel: channel.id,
    user: person.id,
    text,
    threadTs: typed.threadTs,
    attachments,
    ...(files.length === 0 ? {} : { files }),
    ...(typed.broadcast === true ? { isBroadcast: true } : {}),
    ...(typed.hoursAgo === undefined ? {} : { ts: ws.newTs(typed.hoursAgo) }),
  });
  warnOfAbsentBot(ws, channel, person, text);
  return message;
}

/** Slack's attachment of a forwarded message. */
function forwardedMessage(ws: Workspace, person: Person, ts: string): Record<string, unknown> {
  const found = channelsOf(ws, person)
    .flatMap((channel) => messagesOf(ws, channel.id))
    .find((each) => each.ts === ts);
  if (found === undefined) {
    throw new HumanRefusal('no_such_message', `${person.name} sees no message ${ts}.`);
  }
  const author = ws.state.people.find(({ id }) => id === found.user);
  const name = author?.realName ?? found.program?.name ?? '';
  const message = { blocks: found.blocks };
  return {
    id: 1,
    ts: found.ts,
    author_id: found.user,
    author_name: name,
    author_subname: name,
    channel_id: found.channel,
    channel_team: TEAM.id,
    is_msg_unfurl: true,
    is_share: true,
    message_blocks: [{ team: TEAM.id, channel: found.channel, ts: found.ts, message }],
    from_url: `${ws.ctx.baseUrl}/archives/${found.channel}/p${found.ts.replace('.', '')}`,
    text: found.text,
    fallback: `[${found.ts}] ${name}: ${found.text}`,
    mrkdwn_in: ['text'],
    footer: 'Posted in a conversation',
  };
}

const enterpriseFields = (id: string | null): Record<string, string> =>
  id === null ? {} : { enterprise_id: id, enterprise_name: id };

function warnOfAbsentBot(ws: Workspace, channel: Channel, person: Person, text: string): void {
  for (const { id, isBot } of ws.state.people) {
    if (!isBot || channel.members.includes(id) || !text.includes(`<@${id}>`)) continue;
    addEphemeral(ws, {
      channel: channel.id,
      to: person.id,
      from: SLACKBOT,
      text: `You mentioned <@${id}>, but they’re not in this channel.`,
    });
  }
}
