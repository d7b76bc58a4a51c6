// Tabs by the ARIA pattern: arrows, Home and End move between them, Tab goes on into the panel.
import type { VNode } from 'preact';
import { useRef, useState } from 'preact/hooks';

interface Tab {
  readonly id: string;
  readonly title: string;
  /** A number worth seeing without opening it. */
  readonly badge?: number;
  readonly view: () => VNode;
}

export function Tabs({
  label,
  tabs,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
}): VNode {
  const [open, setOpen] = useState(tabs[0]?.id);
  const list = useRef<HTMLDivElement>(null);
  const at = tabs.findIndex(({ id }) => id === open);
  const move = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1 + tabs.length,
      Home: 0,
      End: tabs.length - 1,
    };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = to % tabs.length;
    setOpen(tabs[index]?.id);
    list.current?.querySelectorAll('button')[index]?.focus();
  };
  const shown = tabs[at];
  return (
    <>
      <div class="cloud-tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
        {tabs.map(({ id, title, badge = 0 }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`cloud-tab-${id}`}
            aria-selected={id === open}
            aria-controls="cloud-panel"
            tabIndex={id === open ? 0 : -1}
            onClick={() => setOpen(id)}
          >
            {title}
            {badge === 0 ? null : (
              <span class="cloud-badge">
                {badge}
                <span class="cloud-hidden"> active</span>
              </span>
            )}
          </button>
        ))}
      </div>
      <div
        class="cloud-panel"
        role="tabpanel"
        id="cloud-panel"
        aria-labelledby={`cloud-tab-${open ?? ''}`}
        tabIndex={0}
      >
        {shown?.view()}
      </div>
    </>
  );
}
