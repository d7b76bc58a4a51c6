// Slack's encoding of typed text: escaped marks, names and links.
import { type Workspace, findChannel, findPerson } from './workspace.ts';

/** Slack turns these into links when typed without a scheme. */
const bareName =
  /(^|[\s(])((?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|example)(?:\/(?:(?:[^\s<>&]|&amp;)*(?:[^\s<>&.,;:!?)]|&amp;))?)?)(?=$|[\s).,;:!?])/gi;
const address =
  /(^|[\s(])(https?:\/\/(?:[^\s<>&]|&amp;)*[^\s<>&.,;:!?)'"]|https?:\/\/(?:[^\s<>&]|&amp;)*&amp;)/gi;
const email = /(^|[\s(])([\w.+-]+@[\w-]+(?:\.[\w-]+)+)/g;
const name = /(^|[\s(])([@#])([\w-]+)/g;

/**
 * @param beside `names`: a person's name follows their id, for slash commands with that setting;
 * message events contain only the id. In code the text stays unchanged, except for escapes.
 */
export function asSlackSends(ws: Workspace, typed: string, beside: 'names' | 'ids'): string {
  return escapeMarks(typed)
    .split(/(```[\s\S]*?```|`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : withLinks(withNames(ws, part, beside))))
    .join('');
}

function escapeMarks(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function withNames(ws: Workspace, text: string, beside: 'names' | 'ids'): string {
  return text.replace(name, (whole, before: string, sign: string, word: string) => {
    const found = sign === '#' ? channelForm(ws, word) : personForm(ws, word, beside);
    return found === undefined ? whole : `${before}${found}`;
  });
}

function channelForm(ws: Workspace, word: string): string | undefined {
  const channel = findChannel(ws, word);
  return channel?.name === word ? `<#${channel.id}|${channel.name}>` : undefined;
}

function personForm(ws: Workspace, word: string, beside: 'names' | 'ids'): string | undefined {
  if (['here', 'channel', 'everyone'].includes(word)) return `<!${word}>`;
  const group = ws.state.userGroups.find(({ handle }) => handle === word);
  if (group !== undefined) return `<!subteam^${group.id}|@${group.handle}>`;
  const person = findPerson(ws, word);
  if (person === undefined) return undefined;
  return beside === 'names' ? `<@${person.id}|${person.name}>` : `<@${person.id}>`;
}

function withLinks(text: string): string {
  return text
    .replace(address, (_whole, before: string, url: string) => `${before}<${url}>`)
    .replace(email, (_whole, before: string, to: string) => `${before}<mailto:${to}|${to}>`)
    .replace(
      bareName,
      (_whole, before: string, bare: string) => `${before}<http://${bare}|${bare}>`,
    );
}
