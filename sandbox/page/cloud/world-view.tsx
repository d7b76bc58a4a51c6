// Live state of all resources, grouped by part.
import type { VNode } from 'preact';
import type { CloudState } from '../../live/live-state.ts';
import type { Part, Thing } from '../../live/thing.ts';
import { SpanBar } from './span-bar.tsx';
import { StateMark } from './state-mark.tsx';

export function WorldView({
  cloud,
  skew,
}: {
  readonly cloud: CloudState | undefined;
  readonly skew: number;
}): VNode {
  if (cloud === undefined) return <p class="cloud-empty">Loading the cloud …</p>;
  const isEmpty = cloud.billable === 0;
  return (
    <div class="world">
      <p class="cloud-note">
        {isEmpty
          ? 'No billable resources. Run /llmgw provision to create some.'
          : `Billable resources: ${cloud.billable}.`}{' '}
        Clock speed: {cloud.speed}×.
      </p>
      {cloud.parts.map((part) => (
        <PartView key={part.id} part={part} skew={skew} />
      ))}
      <p class="cloud-note">
        As JSON: <a href="/_sandbox/world">/_sandbox/world</a>
      </p>
    </div>
  );
}

function PartView({ part, skew }: { readonly part: Part; readonly skew: number }): VNode {
  const well = part.things.filter(({ state }) => state === 'ok').length;
  return (
    <details open class="part">
      <summary>
        <h3>{part.title}</h3>
        <span class="part-count">
          {well} of {part.things.length} healthy
        </span>
      </summary>
      <ul>
        {part.things.map((thing) => (
          <ThingRow key={thing.id} thing={thing} skew={skew} />
        ))}
      </ul>
    </details>
  );
}

function ThingRow({ thing, skew }: { readonly thing: Thing; readonly skew: number }): VNode {
  const { kind, name, state, says, why, facts, span } = thing;
  return (
    <li class="thing">
      <StateMark state={state} />
      <div class="thing-body">
        <p class="thing-head">
          <span class="thing-name">{name}</span> <span class={`thing-says ${state}`}>{says}</span>
        </p>
        <p class="thing-facts">{[kind, ...facts].join(' · ')}</p>
        {why === '' ? null : <p class={`thing-why ${state}`}>{why}</p>}
        {span === undefined ? null : <SpanBar label={`${kind} ${name}`} span={span} skew={skew} />}
      </div>
    </li>
  );
}
