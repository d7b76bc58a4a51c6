// The workspace's controls: members, channels, grants and connection faults.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AppHost } from './app-hosts.ts';
import { archive, setMember } from './built-in-commands.ts';
import { HumanRefusal } from './human-refusal.ts';
import { actor } from './people-access.ts';
import { json } from './request-json.ts';
import { type Person, channel, directMessage } from './state.ts';
import { findChannel, findPerson } from './workspace.ts';

const scopes = z.object({ scopes: z.array(z.string()) });
const tokenFate = z.object({
  token: z.enum(['bot', 'app']),
  /** Slack's code, e.g. `token_revoked`, `account_inactive`, `token_expired`; null: valid again. */
  refusal: z.string().min(1).nullable(),
});
const appGrant = z.object({ scopes: z.array(z.string()) });
const hidden = z.object({ person: z.string(), hidden: z.boolean().default(true) });
const dropped = z.object({ how: z.enum(['refresh', 'cut', 'off', 'on']).default('cut') });
const newcomer = z.object({
  name: z.string().regex(/^[a-z0-9._-]{1,21}$/),
  realName: z.string().optional(),
  title: z.string().optional(),
  email: z.string().optional(),
  /** Home workspace and Grid, if they differ from this workspace's. */
  team: z.string().startsWith('T').optional(),
  enterprise: z.string().startsWith('E').optional(),
  guest: z.enum(['multi_channel', 'single_channel']).optional(),
  isStranger: z.boolean().optional(),
  /** Ids or names of the person's channels; #general by default. */
  channels: z.array(z.string()).default(['general']),
});
const changedPerson = z.object({
  person: z.string(),
  email: z.string().optional(),
  guest: z.enum(['multi_channel', 'single_channel']).optional(),
  isStranger: z.boolean().optional(),
  isDeactivated: z.boolean().optional(),
});
const grid = z.object({ enterprise: z.string().startsWith('E').nullable() });
const opened = z.object({
  name: z.string().regex(/^[a-z0-9_-]{1,80}$/),
  /** Ids or names; include the bot's name to add the bot. */
  members: z.array(z.string()),
});
const held = z.object({ channel: z.string() });
const archived = z.object({ channel: z.string(), archived: z.boolean().default(true) });
const membership = z.object({ channel: z.string(), person: z.string(), member: z.boolean() });

export function serveKnobs(
  scope: FastifyInstance,
  { ws, socket, limits }: Pick<AppHost, 'ws' | 'socket' | 'limits'>,
): void {
  scope.get('/scopes', async () => ({ scopes: ws.state.scopes }));
  scope.post('/scopes', async (request) => {
    ws.state.scopes = scopes.parse(json(request.body)).scopes;
    ws.changed();
    return { ok: true };
  });
  scope.post('/app-scopes', async (request) => {
    ws.state.appScopes = appGrant.parse(json(request.body)).scopes;
    ws.changed();
    return { ok: true };
  });
  scope.post('/token', async (request) => {
    const { token, refusal } = tokenFate.parse(json(request.body));
    if (refusal === null) delete ws.state.refusedTokens[token];
    else ws.state.refusedTokens[token] = refusal;
    ws.changed();
    return { ok: true };
  });
  scope.post('/hide-email', async (request) => {
    const asked = hidden.parse(json(request.body));
    actor(ws, asked.person).emailHidden = asked.hidden;
    ws.changed();
    return { ok: true };
  });
  scope.post('/drop-sockets', async (request) => ({
    ok: true,
    dropped: socket.drop(dropped.parse(json(request.body)).how),
  }));
  scope.post('/membership', async (request) => {
    const asked = membership.parse(json(request.body));
    const person = ws.state.people.find((each) => [each.id, each.name].includes(asked.person));
    const channel = ws.state.channels.find((each) => [each.id, each.name].includes(asked.channel));
    if (person === undefined || channel === undefined) {
      throw new HumanRefusal('not_found', 'No such person or channel.');
    }
    setMember(channel, person.id, asked.member);
    ws.changed();
    return { ok: true };
  });
  scope.post('/archive', async (request) => {
    const { channel: name, archived: isArchived } = archived.parse(json(request.body));
    const found = findChannel(ws, name);
    if (found === undefined) throw new HumanRefusal('not_found', `There is no channel #${name}.`);
    archive(found, isArchived);
    ws.changed();
    return { ok: true };
  });
  scope.post('/people', async (request) => {
    const asked = newcomer.parse(json(request.body));
    const { name, realName = name, title = 'Developer', channels: within, ...origin } = asked;
    if (findPerson(ws, name) !== undefined) {
      throw new HumanRefusal('name_taken', `Somebody here is called ${name} already.`);
    }
    const id = ws.newId('U');
    const shown = { email: `${name}@example.com`, emailHidden: false, isBot: false };
    const one: Person = { id, name, realName, title, ...shown, ...defined(origin) };
    ws.state.people.push(one);
    ws.state.channels.push(directMessage(id));
    for (const { botUser } of ws.state.otherApps) {
      ws.state.channels.push(directMessage(id, botUser, ws.newId('D')));
    }
    for (const each of within) findChannel(ws, each)?.members.push(id);
    ws.changed();
    return { ok: true, person: one };
  });
  scope.post('/person', async (request) => {
    const { person, ...change } = changedPerson.parse(json(request.body));
    Object.assign(actor(ws, person), defined(change));
    ws.changed();
    return { ok: true };
  });
  scope.post('/enterprise', async (request) => {
    ws.state.enterprise = grid.parse(json(request.body)).enterprise;
    ws.changed();
    return { ok: true };
  });
  scope.post('/channels', async (request) => {
    const { name, members } = opened.parse(json(request.body));
    if (findChannel(ws, name) !== undefined) {
      throw new HumanRefusal('name_taken', `There is a channel #${name} already.`);
    }
    const ids = members.map((each) => {
      const person = findPerson(ws, each);
      if (person === undefined) throw new HumanRefusal('not_found', `Nobody is called ${each}.`);
      return person.id;
    });
    const made = channel(ws.newId('C'), name, '', ids);
    ws.state.channels.push(made);
    ws.changed();
    return { ok: true, channel: made };
  });
  scope.post('/hold-channel', async (request) => {
    const name = held.parse(json(request.body)).channel;
    const found = findChannel(ws, name);
    if (found === undefined) throw new HumanRefusal('not_found', `There is no channel #${name}.`);
    limits.hold(found.id);
    return { ok: true };
  });
  scope.post('/reset-rate-limits', async () => {
    limits.reset();
    return { ok: true };
  });
}

function defined<T extends object>(fields: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Name in keyof T]: Exclude<T[Name], undefined> };
}
