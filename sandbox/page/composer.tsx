// Where a person types: Enter sends, Shift+Enter breaks the line, Up brings the last one back, slash commands are offered.
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { SlashCommand } from './workspace-client.ts';

export interface ComposerProps {
  readonly place: string;
  readonly commands: readonly SlashCommand[];
  readonly onSend: (text: string) => void;
}

export function Composer({ place, commands, onSend }: ComposerProps): VNode {
  const [text, setText] = useState('');
  const sent = useRef<string[]>([]);
  const offers = text.startsWith('/')
    ? commands.filter((command) => command.command.startsWith(text.split(' ')[0] ?? ''))
    : [];
  const send = (): void => {
    if (text.trim() === '') return;
    sent.current.push(text);
    onSend(text);
    setText('');
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {offers.length > 0 ? (
        <ul class="offers" aria-label="Slash commands">
          {offers.map((offer) => (
            <li>
              <button type="button" onClick={() => setText(`${offer.command} `)}>
                <strong>{offer.command}</strong> {offer.usageHint}
                <span class="context"> {offer.description}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <textarea
        aria-label={`Message ${place}`}
        placeholder={`Message ${place}`}
        rows={1}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            send();
          } else if (event.key === 'ArrowUp' && text === '') {
            setText(sent.current.at(-1) ?? '');
          } else if (event.key === 'Tab' && offers.length > 0 && !text.includes(' ')) {
            event.preventDefault();
            setText(`${offers[0]?.command ?? ''} `);
          }
        }}
      />
      <button type="submit" class="button primary">
        Send
      </button>
    </form>
  );
}
