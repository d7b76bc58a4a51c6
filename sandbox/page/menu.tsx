// A button with a menu under it, as the ARIA practices have it: arrows move, letters jump, Escape closes and gives the focus back.
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  readonly key: string;
  readonly label: string;
  readonly detail?: string | undefined;
  /** Set where one, or some, of the items are chosen. */
  readonly checked?: boolean | undefined;
  readonly lead?: VNode | undefined;
  readonly trail?: VNode | undefined;
  readonly group?: string | undefined;
  readonly danger?: boolean | undefined;
}

export interface MenuProps {
  /** The menu's name, and the button's where its children are no words. */
  readonly label: string;
  readonly isIcon?: boolean;
  readonly items: readonly MenuItem[];
  readonly onChoose: (key: string) => void;
  readonly class?: string;
  /** Told of already; stays focusable, so that the keyboard keeps its place. */
  readonly isBusy?: boolean;
  /** Several may be checked: the menu stays open. */
  readonly many?: boolean;
  readonly onClose?: () => void;
  readonly children: ComponentChildren;
}

export function Menu(props: MenuProps): VNode {
  const { label, items, many = false } = props;
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = (focus: boolean): void => {
    setOpen(false);
    props.onClose?.();
    if (focus) button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={props.class ?? 'button'}
        aria-label={props.isIcon === true ? label : undefined}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-disabled={props.isBusy}
        onClick={() => setOpen(!isOpen && props.isBusy !== true)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          setOpen(true);
        }}
      >
        {props.children}
      </button>
      {isOpen ? (
        <MenuList
          id={id}
          label={label}
          items={items}
          button={button.current}
          onClose={close}
          onChoose={(key) => {
            if (!many) close(true);
            props.onChoose(key);
          }}
        />
      ) : null}
    </>
  );
}

interface MenuListProps {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly button: HTMLElement | null;
  readonly onChoose: (key: string) => void;
  readonly onClose: (focus: boolean) => void;
}

function MenuList({ id, label, items, button, onChoose, onClose }: MenuListProps): VNode {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = list;
    if (current === null || button === null) return;
    // In the top layer: neither the message list nor a dialog can cut it off.
    current.showPopover();
    place(current, button.getBoundingClientRect());
    const chosen = current.querySelector<HTMLElement>('[aria-checked="true"]');
    (chosen ?? current.querySelector<HTMLElement>('button'))?.focus();
  }, []);
  useEffect(() => {
    const outside = (event: Event): void => {
      const target = event.target instanceof Node ? event.target : null;
      if (list.current?.contains(target) !== true && button?.contains(target) !== true)
        onClose(false);
    };
    document.addEventListener('pointerdown', outside);
    window.addEventListener('resize', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      window.removeEventListener('resize', outside);
    };
  });
  return (
    <div
      ref={list}
      id={id}
      class="menu"
      popover="manual"
      role="menu"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === 'Escape' || event.key === 'Tab') {
          event.preventDefault();
          event.stopPropagation();
          onClose(true);
        } else if (move(list.current, event.key)) event.preventDefault();
      }}
    >
      {items.map((item, at) => (
        <>
          {item.group !== undefined && item.group !== items[at - 1]?.group ? (
            <p class="menu-group" role="presentation">
              {item.group}
            </p>
          ) : null}
          <button
            key={item.key}
            type="button"
            class={`menu-item ${item.danger === true ? 'danger' : ''}`}
            role={item.checked === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={item.checked}
            tabIndex={-1}
            onClick={() => onChoose(item.key)}
          >
            {item.lead}
            <span class="menu-words">
              <span>{item.label}</span>
              {item.detail === undefined ? null : <small>{item.detail}</small>}
            </span>
            {item.trail}
          </button>
        </>
      ))}
    </div>
  );
}

/** Below the button where there is room, else above it; always inside the window. */
function place(menu: HTMLElement, at: DOMRect): void {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(8, at.top - height - 4) : below;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  menu.style.minWidth = `${Math.min(at.width, innerWidth - 16)}px`;
}

/** @returns whether the key meant something */
function move(list: HTMLElement | null, key: string): boolean {
  const items = [...(list?.querySelectorAll<HTMLElement>('button') ?? [])];
  const at = items.findIndex((each) => each === document.activeElement);
  const to = (index: number): boolean => {
    items[(index + items.length) % items.length]?.focus();
    return true;
  };
  switch (key) {
    case 'ArrowDown':
      return to(at + 1);
    case 'ArrowUp':
      return to(at - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(-1);
    default: {
      if (!/^\S$/.test(key)) return false;
      const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      const found = after.find((each) =>
        each.textContent.trim().toLowerCase().startsWith(key.toLowerCase()),
      );
      found?.focus();
      return found !== undefined;
    }
  }
}
