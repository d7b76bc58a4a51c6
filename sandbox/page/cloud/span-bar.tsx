// How far something with a beginning and an expected end has come.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Thing } from '../../live/thing.ts';

export interface SpanBarProps {
  readonly label: string;
  readonly span: NonNullable<Thing['span']>;
  readonly skew: number;
}

const tickMs = 500;

export function SpanBar({ label, span, skew }: SpanBarProps): VNode {
  const [now, setNow] = useState(() => Date.now() + skew);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() + skew), tickMs);
    return () => clearInterval(timer);
  }, [skew]);
  const length = Math.max(1, span.until - span.from);
  const share = Math.min(1, Math.max(0, (now - span.from) / length));
  const left = Math.max(0, Math.ceil((span.until - now) / 1000));
  return (
    <p class="span-bar">
      <progress max={1} value={share} aria-label={label} />
      <span>{left === 0 ? 'almost done' : `${left} s left`}</span>
    </p>
  );
}
