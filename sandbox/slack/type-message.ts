// What people type: slash commands and messages.
import { needOpen, runBuiltIn } from './built-in-commands.ts';
import type { Delivery } from './delivery.ts';
import { HumanRefusal } from './human-refusal.ts';
import { actor, place } from './people-access.ts';
import { Refusal } from './refusal.ts';
import { newResponseUrl, readResponse, showResponse } from './response-url.ts';
import {
  APP_ID,
  BOT_USER,
  type Channel,
  type Message,
  type Person,
  SLACKBOT,
  TEAM,
} from './state.ts';
import { asSlackSends } from './typed-text.ts';
import { type Workspace, addEphemeral, addMessage, messagesOf, newTrigger } from './workspace.ts';

export interface Typed {
  readonly as: string;
  readonly channel: string;
  readonly text: string;
  readonly threadTs?: string | undefined;
}

/** What became of a command: taken by the app, or Slack's own words shown to the person. */
export interface CommandResult {
  readonly delivered: boolean;
  readonly error?: string;
}

/** @throws HumanRefusal in a thread, or for a person or channel that is not there */
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
    ws.state.scopes.includes('commands') &&
    ws.state.slashCommands.some((each) => each.command === command);
  if (!isKnown) return say(`${command} is not a valid command.`);

  const responseUrl = newResponseUrl(ws, {
    channel: channel.id,
    user: person.id,
    original: undefined,
    threadTs: undefined,
  });
  const answer = await delivery.command({
    token: 'sandbox',
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: channel.id,
    channel_name: channel.name,
    user_id: person.id,
    user_name: person.name,
    command,
    text: asSlackSends(ws, text, 'names'),
    api_app_id: APP_ID,
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
    // An ack that shows something is no post to the response_url and costs none of its five uses.
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

export function typeMessage(ws: Workspace, typed: Typed): Message {
  const person = actor(ws, typed.as);
  const channel = place(ws, person, typed.channel);
  needOpen(channel);
  const text = asSlackSends(ws, typed.text.trim(), 'ids');
  if (text === '') throw new HumanRefusal('no_text', 'There is nothing to send.');
  const isThread = messagesOf(ws, channel.id).some((each) => each.ts === typed.threadTs);
  if (typed.threadTs !== undefined && !isThread) {
    throw new HumanRefusal('thread_not_found', 'That thread is not there.');
  }
  const message = addMessage(ws, {
    channel: channel.id,
    user: person.id,
    text,
    threadTs: typed.threadTs,
  });
  warnOfAbsentBot(ws, channel, person, text);
  return message;
}

function warnOfAbsentBot(ws: Workspace, channel: Channel, person: Person, text: string): void {
  if (channel.members.includes(BOT_USER) || !text.includes(`<@${BOT_USER}>`)) return;
  addEphemeral(ws, {
    channel: channel.id,
    to: person.id,
    from: SLACKBOT,
    text: `You mentioned <@${BOT_USER}>, but they’re not in this channel.`,
  });
}
