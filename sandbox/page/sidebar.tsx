// Sidebar: people, channels, the bot's direct messages and App Home.
import type { ComponentChildren, VNode } from 'preact';
import { Avatar } from './avatar.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Menu } from './menu.tsx';
import type { Theme } from './use-theme.ts';
import { type Channel, type Person, titleOf } from './workspace-client.ts';

export type Place = { readonly channel: string } | 'home';

export interface SidebarProps {
  readonly people: readonly Person[];
  readonly me: string;
  readonly channels: readonly Channel[];
  readonly place: Place;
  readonly hasHomeTab: boolean;
  readonly theme: Theme;
  readonly onPerson: (id: string) => void;
  readonly onPlace: (place: Place) => void;
  readonly onTheme: () => void;
  /** Set where the sidebar lies over the page. */
  readonly onClose?: (() => void) | undefined;
}

const themes: Readonly<Record<Theme, { icon: IconName; words: string }>> = {
  system: { icon: 'auto', words: 'system' },
  light: { icon: 'sun', words: 'light' },
  dark: { icon: 'moon', words: 'dark' },
};

export function Sidebar(props: SidebarProps): VNode {
  const { channels, place, theme } = props;
  const isHere = (id: string): boolean => place !== 'home' && place.channel === id;
  return (
    <>
      <div class="side-head">
        <span class="brand">
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M4 16V8l6-4 6 4v8M4 11.500h12M10 4v12" />
          </svg>
          llmgw sandbox
        </span>
        {props.onClose === undefined ? null : (
          <button type="button" class="icon-button" aria-label="Close" onClick={props.onClose}>
            <Icon name="close" />
          </button>
        )}
      </div>
      <PersonSwitch {...props} />
      <nav aria-label="Workspace">
        <Group title="Channels">
          {channels
            .filter(({ kind }) => kind === 'channel')
            .map((channel) => (
              <Entry
                key={channel.id}
                icon="hash"
                name={channel.name}
                isHere={isHere(channel.id)}
                unread={channel.unread}
                mentions={channel.mentions}
                onGo={() => props.onPlace({ channel: channel.id })}
              />
            ))}
        </Group>
        <Group title="Direct messages">
          {channels
            .filter(({ kind }) => kind === 'im')
            .map((channel) => (
              <Entry
                key={channel.id}
                icon="chat"
                name={titleOf(channel)}
                isHere={isHere(channel.id)}
                unread={channel.unread}
                mentions={channel.mentions}
                onGo={() => props.onPlace({ channel: channel.id })}
              />
            ))}
        </Group>
        {props.hasHomeTab ? (
          <Group title="Apps">
            <Entry
              icon="home"
              name="LLM Gateway Home"
              isHere={place === 'home'}
              unread={0}
              mentions={0}
              onGo={() => props.onPlace('home')}
            />
          </Group>
        ) : null}
      </nav>
      <div class="side-foot">
        <button type="button" class="theme" onClick={props.onTheme}>
          <Icon name={themes[theme].icon} /> Theme: {themes[theme].words}
        </button>
      </div>
    </>
  );
}

function PersonSwitch({ people, me, onPerson }: SidebarProps): VNode {
  const person = people.find(({ id }) => id === me);
  return (
    <Menu
      class="person"
      label="Switch person"
      items={people.map((each) => ({
        key: each.id,
        label: each.realName,
        detail: roles[each.title] ?? each.title,
        checked: each.id === me,
        lead: <Avatar from={each} small />,
      }))}
      onChoose={onPerson}
    >
      {person === undefined ? null : <Avatar from={person} />}
      <span class="person-words">
        <small>You are </small>
        <strong>{person?.realName} </strong>
        <small>{person?.title}</small>
        <span class="visually-hidden">. Switch person</span>
      </span>
      <Icon name="chevron" />
    </Menu>
  );
}

/** What each part in the play may do. */
const roles: Readonly<Record<string, string>> = {
  Operator: 'Operator: provisions and tears down the gateway',
  Developer: 'Developer: gets a key and asks questions',
  Onlooker: 'Onlooker: only reads, hides their email',
};

function Group({ title, children }: { title: string; children: ComponentChildren }): VNode {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  );
}

interface EntryProps {
  readonly icon: IconName;
  readonly name: string;
  readonly isHere: boolean;
  readonly unread: number;
  readonly mentions: number;
  readonly onGo: () => void;
}

function Entry({ icon, name, isHere, onGo, ...news }: EntryProps): VNode {
  // What one is looking at is being read.
  const unread = isHere ? 0 : news.unread;
  const mentions = isHere ? 0 : news.mentions;
  return (
    <li>
      <button
        type="button"
        class={`place ${unread + mentions > 0 ? 'unread' : ''}`}
        aria-current={isHere ? 'page' : undefined}
        onClick={onGo}
      >
        <Icon name={icon} />
        <span class="place-name">{name}</span>
        {unread > 0 && mentions === 0 ? <span class="visually-hidden">, {unread} new</span> : null}
        {mentions > 0 ? (
          <span class="badge">
            {mentions}
            <span class="visually-hidden"> for you</span>
          </span>
        ) : null}
      </button>
    </li>
  );
}
