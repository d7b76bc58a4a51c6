// Who one is, and where: people to act as, channels, the direct message with the bot.
import type { VNode } from 'preact';
import type { Channel, Person } from './workspace-client.ts';

export interface SidebarProps {
  readonly people: readonly Person[];
  readonly me: string;
  readonly channels: readonly Channel[];
  readonly channel: string;
  readonly onPerson: (id: string) => void;
  readonly onChannel: (id: string) => void;
}

export function Sidebar(props: SidebarProps): VNode {
  const ofKind = (kind: Channel['kind']): Channel[] =>
    props.channels.filter((channel) => channel.kind === kind);
  return (
    <nav aria-label="Workspace">
      <p class="workspace">Sandbox</p>
      <label for="me">You are</label>
      <select
        id="me"
        value={props.me}
        onChange={(event) => props.onPerson(event.currentTarget.value)}
      >
        {props.people.map((person) => (
          <option value={person.id}>
            {person.realName} ({person.title})
          </option>
        ))}
      </select>
      <h2>Channels</h2>
      <Places {...props} places={ofKind('channel')} mark="#" />
      <h2>Apps</h2>
      <Places {...props} places={ofKind('im')} mark="" />
    </nav>
  );
}

function Places(props: SidebarProps & { places: readonly Channel[]; mark: string }): VNode {
  return (
    <ul>
      {props.places.map((place) => (
        <li>
          <button
            type="button"
            class="place"
            aria-current={place.id === props.channel ? 'page' : undefined}
            onClick={() => props.onChannel(place.id)}
          >
            {place.kind === 'im' ? 'llmgw' : `${props.mark} ${place.name}`}
          </button>
        </li>
      ))}
    </ul>
  );
}
