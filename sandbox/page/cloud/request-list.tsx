// List of the last gateway requests, newest first.
import type { VNode } from 'preact';
import type { RequestTrace } from '../../dataplane/trace.ts';
import { StateMark } from './state-mark.tsx';
import { verdictOf, whoOf } from './verdict.ts';

export interface RequestListProps {
  readonly requests: readonly RequestTrace[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

const marks = { ok: 'ok', bad: 'bad', warn: 'going', here: 'waiting' } as const;

export function RequestList({ requests, chosen, onChoose }: RequestListProps): VNode {
  if (requests.length === 0) {
    return (
      <p class="cloud-empty">
        No requests yet. Send one with <code>/llmgw ask</code>, or run <code>/llmgw provision</code>
        , whose last steps send requests.
      </p>
    );
  }
  return (
    <ol class="requests" aria-label="Last requests, newest first">
      {requests.map((request) => {
        const verdict = verdictOf(request, request.hops);
        return (
          <li key={request.id}>
            <button
              type="button"
              aria-pressed={request.id === chosen}
              onClick={() => onChoose(request.id)}
            >
              <StateMark state={marks[verdict.tone]} />
              <span class="request-main">
                <span class="request-title">{verdict.title}</span>
                <span class="request-who">{whoOf(request)}</span>
                {verdict.tone === 'bad' ? <span class="request-why">{verdict.words}</span> : null}
              </span>
              <time>{new Date(request.at).toLocaleTimeString([], { hour12: false })}</time>
            </button>
          </li>
        );
      })}
    </ol>
  );
}
