// Interactive elements outside of inputs: each tells the app at once, and shows that it is being told.
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../icons.tsx';
import { Menu, type MenuItem } from '../menu.tsx';
import { type Block, type BlockElement, optionsOf, pictureOf, plain } from './block-kit.ts';
import type { BlockActions } from './block-actions.ts';
import { choicesOf, chosenAtFirst, isMany } from './choices.ts';
import { wordsAndEmoji } from './mrkdwn.tsx';

export interface ElementProps {
  readonly element: BlockElement;
  readonly block: Block;
  readonly on: BlockActions;
}

export function Element(props: ElementProps): VNode {
  const { element } = props;
  switch (element.type) {
    case 'button':
      return <Button {...props}>{wordsAndEmoji(plain(element.text))}</Button>;
    case 'icon_button':
      return (
        <Button {...props} label={plain(element.text)}>
          {plain(element.text)}
        </Button>
      );
    case 'feedback_buttons':
      return <FeedbackButtons {...props} />;
    case 'overflow':
      return <Overflow {...props} />;
    case 'static_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
    case 'multi_static_select':
    case 'multi_users_select':
    case 'multi_channels_select':
    case 'multi_conversations_select':
      return <Select {...props} />;
    case 'external_select':
    case 'multi_external_select':
      return <ExternalSelect {...props} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Marks {...props} />;
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return <Picker {...props} />;
    case 'image':
      return <img class="accessory" src={pictureOf(element)} alt={element.alt_text ?? ''} />;
    default:
      return <span class="unsupported">Unsupported element: {element.type}</span>;
  }
}

/** True while the app is being told. */
function useTelling({ element, block, on }: ElementProps): [boolean, (value?: string) => void] {
  const [isTelling, setTelling] = useState(false);
  return [
    isTelling,
    (value) => {
      if (isTelling) return;
      setTelling(true);
      void on.act(element, block, value).finally(() => setTelling(false));
    },
  ];
}

function Button(props: ElementProps & { label?: string; children: ComponentChildren }): VNode {
  const { element } = props;
  const [isTelling, tell] = useTelling(props);
  return (
    <button
      type="button"
      class={`button ${element.style ?? ''}`}
      aria-label={element.accessibility_label ?? props.label}
      // Stays focusable while it tells: a disabled button would drop the keyboard's place.
      aria-disabled={isTelling}
      aria-busy={isTelling}
      onClick={() => tell()}
    >
      {props.children}
      {element.url === undefined ? null : <span class="visually-hidden"> (opens a new tab)</span>}
    </button>
  );
}

function FeedbackButtons(props: ElementProps): VNode {
  const { positive_button: good, negative_button: bad } = props.element;
  const [isTelling, tell] = useTelling(props);
  const [chosen, setChosen] = useState<string>();
  const one = (side: 'positive' | 'negative', words: typeof good): VNode => (
    <button
      type="button"
      class="icon-button"
      aria-label={words?.accessibility_label ?? plain(words?.text)}
      aria-pressed={chosen === side}
      aria-disabled={isTelling}
      onClick={() => {
        setChosen(side);
        tell(side);
      }}
    >
      <Icon name={side === 'positive' ? 'thumbUp' : 'thumbDown'} />
    </button>
  );
  return (
    <span class="feedback">
      {one('positive', good)}
      {one('negative', bad)}
    </span>
  );
}

function Overflow(props: ElementProps): VNode {
  const [, tell] = useTelling(props);
  const options = optionsOf(props.element);
  return (
    <Menu
      isIcon
      label="More choices"
      class="button overflow"
      items={options.map((each) => ({ key: each.value, label: plain(each.text) }))}
      onChoose={(value) => {
        const url = options.find((each) => each.value === value)?.url;
        if (url !== undefined) window.open(url, '_blank', 'noreferrer');
        tell(value);
      }}
    >
      <Icon name="dots" />
    </Menu>
  );
}

function Select(props: ElementProps): VNode {
  const { element, on } = props;
  const choices = choicesOf(element, on);
  const [isTelling, tell] = useTelling(props);
  const [chosen, setChosen] = useState<readonly string[]>(() => chosenAtFirst(element));
  const many = isMany(element);
  const names = choices.filter((each) => chosen.includes(each.key)).map((each) => each.label);
  const words = names.length > 0 ? names.join(', ') : plain(element.placeholder) || 'Choose';
  return (
    <Menu
      label={`${plain(element.placeholder) || 'Choose'}${names.length > 0 ? `: ${words}` : ''}`}
      class="button select"
      isBusy={isTelling}
      many={many}
      items={choices.map((each): MenuItem => ({ ...each, checked: chosen.includes(each.key) }))}
      onChoose={(key) => {
        const others = chosen.filter((each) => each !== key);
        const next = !many ? [key] : others.length < chosen.length ? others : [...chosen, key];
        setChosen(next);
        if (!many) tell(key);
      }}
      onClose={() => {
        if (many) tell(chosen.join(','));
      }}
    >
      <span>{words}</span>
      <Icon name="chevron" />
    </Menu>
  );
}

/** Asks the app for its options, once the person opens it. */
function ExternalSelect(props: ElementProps): VNode {
  const { element, on } = props;
  const [query, setQuery] = useState('');
  const [items, setItems] = useState<readonly MenuItem[]>([]);
  const [, tell] = useTelling(props);
  useEffect(() => {
    let left = false;
    const ask = async (): Promise<void> => {
      const options = await on.suggest(element, query);
      if (!left) setItems(options.map(({ value, text }) => ({ key: value, label: plain(text) })));
    };
    void ask();
    return () => {
      left = true;
    };
  }, [query]);
  const words = plain(element.placeholder) || 'Search';
  return (
    <span class="external">
      <input
        type="search"
        aria-label={words}
        placeholder={words}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      <Menu label={`${words}: choices`} class="button select" items={items} onChoose={tell}>
        <span>{items.length} found</span>
        <Icon name="chevron" />
      </Menu>
    </span>
  );
}

function Marks(props: ElementProps): VNode {
  const { element, block } = props;
  const [, tell] = useTelling(props);
  const [chosen, setChosen] = useState<readonly string[]>(() => chosenAtFirst(element));
  const isBox = element.type === 'checkboxes';
  return (
    <fieldset class="marks">
      <legend class="visually-hidden">{plain(block.text) || 'Choices'}</legend>
      {optionsOf(element).map(({ value, text }) => (
        <label key={value}>
          <input
            type={isBox ? 'checkbox' : 'radio'}
            name={`${block.block_id ?? ''} ${element.action_id ?? ''}`}
            checked={chosen.includes(value)}
            onChange={() => {
              const others = chosen.filter((each) => each !== value);
              const next = !isBox
                ? [value]
                : others.length < chosen.length
                  ? others
                  : [...chosen, value];
              setChosen(next);
              tell(next.join(','));
            }}
          />
          <span>{plain(text)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Picker(props: ElementProps): VNode {
  const { element } = props;
  const [, tell] = useTelling(props);
  const { type, initial_date: date, initial_time: time } = element;
  return (
    <input
      type={type === 'datepicker' ? 'date' : type === 'timepicker' ? 'time' : 'datetime-local'}
      aria-label={plain(element.placeholder) || 'Choose a moment'}
      defaultValue={date ?? time ?? ''}
      // Told when the person is through with it, not at each digit.
      onBlur={(event) => {
        const { value, defaultValue } = event.currentTarget;
        if (value === '' || value === defaultValue) return;
        tell(type === 'datetimepicker' ? String(Date.parse(value) / 1000) : value);
      }}
    />
  );
}
