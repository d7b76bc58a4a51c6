// Active faults with their Remove buttons, and the last injections.
import type { VNode } from 'preact';
import type { ActiveFault } from '../../core/faults.ts';
import type { SwitchboardState } from '../../live/live-state.ts';
import { removeAllFaults, removeFault } from './switch-client.ts';

export interface ActiveFaultsProps {
  readonly board: SwitchboardState;
  readonly tell: (asked: Promise<string>) => void;
}

export function ActiveFaults({ board, tell }: ActiveFaultsProps): VNode {
  const { active, strikes } = board;
  return (
    <>
      {active.length === 0 ? (
        <p class="cloud-note">No active faults.</p>
      ) : (
        <ul class="active-faults">
          {active.map((fault) => (
            <li key={fault.id}>
              <p>
                <strong>{fault.service}</strong> <code>{fault.operation}</code>
                <br />
                {words(fault)}
              </p>
              <button
                type="button"
                class="cloud-button"
                aria-label={`Remove the fault of ${fault.service} ${fault.operation}`}
                onClick={() => tell(removeFault(fault.id))}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      {active.length < 2 ? null : (
        <button type="button" class="cloud-button" onClick={() => tell(removeAllFaults())}>
          Remove all
        </button>
      )}
      {strikes.length === 0 ? null : (
        <details class="strikes">
          <summary>Last injections ({strikes.length})</summary>
          <ol>
            {strikes.toReversed().map((one) => (
              <li key={`${one.at} ${one.fault} ${one.operation}`}>
                <time>{new Date(one.at).toLocaleTimeString([], { hour12: false })}</time>{' '}
                {one.service} {one.operation}: {one.kind}
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

function words({ action, times, struck, probability, seed, because }: ActiveFault): string {
  const does =
    action.kind === 'status'
      ? `answers ${action.status}`
      : action.kind === 'delay'
        ? `waits ${action.ms} ms`
        : action.kind === 'cut'
          ? 'performs the call, then cuts the connection'
          : action.kind === 'truncate'
            ? 'performs the call, then cuts the answer in half'
            : 'resets the connection';
  const often =
    times === undefined
      ? 'until removed'
      : `${times - struck} more ${times - struck === 1 ? 'time' : 'times'}`;
  const chance =
    probability < 1 ? `, ${Math.round(probability * 100)} % of calls (seed ${seed})` : '';
  const why = because === undefined ? '' : ` · ${because}`;
  return `${does}, ${often}${chance} · injected ${struck}×${why}`;
}
