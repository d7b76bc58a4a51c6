// State marks with a shape per state, never colour alone.
import type { VNode } from 'preact';
import type { Thing } from '../../live/thing.ts';

const shapes: Readonly<Record<Thing['state'], { readonly path: string; readonly words: string }>> =
  {
    ok: { path: 'M3.5 8.5l3 3 6-7', words: 'healthy' },
    waiting: { path: 'M8 4v4l3 2', words: 'waiting' },
    bad: { path: 'M5 5l6 6M11 5l-6 6', words: 'failed' },
    going: { path: 'M8 4v5M8 11.5v.5', words: 'warning' },
  };

export function StateMark({ state }: { readonly state: Thing['state'] }): VNode {
  const { path, words } = shapes[state];
  return (
    <svg class={`state-mark ${state}`} viewBox="0 0 16 16" role="img" aria-label={words}>
      <circle cx="8" cy="8" r="7.25" />
      <path d={path} />
    </svg>
  );
}
