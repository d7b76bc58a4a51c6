// Where a person types: Enter sends, Shift+Enter breaks the line, Up brings the last one back, what could come next is offered.
import type { VNode } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { complete, type Known, type Offer } from './completion.ts';
import { Icon } from './icons.tsx';

export interface ComposerProps {
  readonly label: string;
  readonly known: Known;
  readonly onSend: (text: string) => void;
  /** Text that a button elsewhere put here; each new object fills the field anew. */
  readonly filled?: { readonly text: string } | undefined;
  readonly id?: string;
  readonly autoFocus?: boolean;
}

export function Composer(props: ComposerProps): VNode {
  const { label, onSend, filled } = props;
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const sent = useRef<string[]>([]);
  const completion = useCompletion(props, text, field.current?.selectionStart ?? text.length);
  const caret = useRef<number>();
  const fill = (next: string, at = next.length): void => {
    caret.current = at;
    setText(next);
    field.current?.focus();
  };
  useLayoutEffect(() => {
    if (caret.current === undefined) return;
    field.current?.setSelectionRange(caret.current, caret.current);
    caret.current = undefined;
  }, [text]);
  useEffect(() => {
    if (filled !== undefined) fill(filled.text);
  }, [filled]);
  useEffect(() => {
    if (props.autoFocus === true) field.current?.focus();
  }, []);
  const send = (): void => {
    if (text.trim() === '') return;
    sent.current.push(text);
    onSend(text);
    setText('');
  };
  const take = (offer: Offer): void => fill(offer.text, offer.caret);
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Offers {...completion} onTake={take} />
      <div class="composer-box">
        <textarea
          ref={field}
          id={props.id}
          aria-label={label}
          placeholder={label}
          rows={1}
          value={text}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={completion.isOpen}
          aria-controls={completion.isOpen ? completion.id : undefined}
          aria-activedescendant={completion.activeId}
          onInput={(event) => {
            completion.reopen();
            setText(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            if (event.isComposing) return;
            const offer = completion.press(event);
            if (offer === 'used') event.preventDefault();
            else if (offer !== undefined) {
              event.preventDefault();
              take(offer);
            } else if (event.key === 'Enter' && !event.shiftKey) {
              event.preventDefault();
              send();
            } else if (event.key === 'ArrowUp' && text === '' && sent.current.length > 0) {
              event.preventDefault();
              fill(sent.current.at(-1) ?? '');
            }
          }}
        />
        <button
          type="submit"
          class="send"
          aria-label="Send"
          aria-disabled={text.trim() === ''}
          title="Send (Enter)"
        >
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}

interface OpenCompletion {
  readonly id: string;
  readonly title: string;
  readonly offers: readonly Offer[];
  readonly active: number;
  readonly activeId: string | undefined;
  readonly isOpen: boolean;
  reopen(): void;
  /** What the key means to the list: an offer taken, something else done, or nothing. */
  press(event: KeyboardEvent): Offer | 'used' | undefined;
}

function useCompletion({ known }: ComposerProps, text: string, caret: number): OpenCompletion {
  const id = useId();
  const [chosen, setChosen] = useState({ text: '', at: -1 });
  const [isClosed, setClosed] = useState(false);
  const { title, offers, isEager } = complete(text, caret, known);
  // Whatever is typed starts the choice anew.
  const active = chosen.text === text ? chosen.at : isEager && offers.length > 0 ? 0 : -1;
  const setActive = (at: number): void => setChosen({ text, at });
  const isOpen = offers.length > 0 && !isClosed;
  return {
    id,
    title,
    offers,
    active,
    activeId: isOpen && active >= 0 ? `${id}-${active}` : undefined,
    isOpen,
    reopen: () => setClosed(false),
    press: (event) => {
      if (!isOpen || event.shiftKey) return undefined;
      switch (event.key) {
        case 'ArrowDown':
          setActive((active + 1) % offers.length);
          return 'used';
        case 'ArrowUp':
          setActive(active <= 0 ? offers.length - 1 : active - 1);
          return 'used';
        case 'Escape':
          event.stopPropagation();
          setClosed(true);
          return 'used';
        case 'Tab':
          return offers[Math.max(0, active)];
        case 'Enter':
          return offers[active];
        default:
          return undefined;
      }
    },
  };
}

function Offers(props: OpenCompletion & { onTake: (offer: Offer) => void }): VNode | null {
  const { id, title, offers, active, isOpen, onTake } = props;
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  if (!isOpen) return null;
  return (
    <div class="offers">
      <p class="offers-title" aria-hidden="true">
        <span>{title}</span>
        <span class="keys">
          <kbd>↑</kbd>
          <kbd>↓</kbd> choose <kbd>Tab</kbd> take <kbd>Esc</kbd> close
        </span>
      </p>
      <ul id={id} role="listbox" aria-label={title}>
        {offers.map((offer, at) => (
          <li
            key={offer.label}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            // The field keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onTake(offer)}
          >
            <strong>{offer.label}</strong> <span class="quiet">{offer.detail}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
