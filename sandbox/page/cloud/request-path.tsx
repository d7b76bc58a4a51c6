// Diagram of the request path, with the state of each hop.
import type { VNode } from 'preact';
import type { CloudState } from '../../live/live-state.ts';
import type { Hop, HopSeen, RequestTrace } from '../../dataplane/trace.ts';
import { standingHops } from './standing.ts';
import { usePlayback } from './use-playback.ts';
import { hopNames, verdictOf, whoOf } from './verdict.ts';

const size = { width: 78, height: 36 };

const places: Readonly<Record<Hop, { readonly x: number; readonly y: number }>> = {
  client: { x: 42, y: 112 },
  gateway: { x: 138, y: 112 },
  extension: { x: 138, y: 34 },
  apigee: { x: 234, y: 34 },
  pool: { x: 234, y: 112 },
  model: { x: 330, y: 112 },
};

const ways: readonly (readonly [Hop, Hop])[] = [
  ['client', 'gateway'],
  ['gateway', 'extension'],
  ['extension', 'apigee'],
  ['apigee', 'pool'],
  ['gateway', 'pool'],
  ['pool', 'model'],
];

export interface RequestPathProps {
  readonly request: RequestTrace | undefined;
  readonly cloud: CloudState | undefined;
}

export function RequestPath({ request, cloud }: RequestPathProps): VNode {
  const hops = usePlayback(request);
  const standing = standingHops(cloud);
  const verdict = request === undefined ? undefined : verdictOf(request, hops);
  return (
    <figure class="path">
      <svg viewBox="0 0 372 148" role="img" aria-labelledby="path-title path-words">
        <title id="path-title">The request path</title>
        <desc id="path-words">{describe(request, hops, standing)}</desc>
        {ways.map(([from, to]) => (
          <Way key={`${from} ${to}`} from={from} to={to} state={wayState(hops, from, to)} />
        ))}
        {(Object.keys(places) as Hop[]).map((hop) => (
          <Node
            key={hop}
            hop={hop}
            seen={hops.find((one) => one.hop === hop)}
            stands={standing.has(hop)}
          />
        ))}
      </svg>
      <p class="cloud-hidden" role="status">
        {request?.ended === undefined || verdict?.tone === 'here'
          ? ''
          : `Request ended: ${verdict?.title ?? ''}. ${verdict?.words ?? ''}`}
      </p>
      <figcaption>
        {request === undefined || verdict === undefined ? (
          <p class="path-quiet">No requests yet. Ask a question to see its path.</p>
        ) : (
          <>
            <p class={`path-verdict ${verdict.tone}`}>{verdict.title}</p>
            <p class="path-words">{verdict.words}</p>
            <p class="path-quiet">
              {request.method} {request.path} · {whoOf(request)}
            </p>
          </>
        )}
      </figcaption>
    </figure>
  );
}

function Node({
  hop,
  seen,
  stands,
}: {
  readonly hop: Hop;
  readonly seen: HopSeen | undefined;
  readonly stands: boolean;
}): VNode {
  const { x, y } = places[hop];
  const state = seen?.state ?? (stands ? 'stands' : 'absent');
  return (
    <g class={`hop ${state}`} transform={`translate(${x} ${y})`}>
      <rect
        x={-size.width / 2}
        y={-size.height / 2}
        width={size.width}
        height={size.height}
        rx="9"
      />
      <text class="hop-name" y={-1}>
        {hopNames[hop]}
      </text>
      <text class="hop-note" y={12}>
        {noteOf(state, seen)}
      </text>
    </g>
  );
}

function noteOf(state: string, seen: HopSeen | undefined): string {
  if (state === 'absent') return 'missing';
  if (state === 'stands') return '';
  if (state === 'here') return '…';
  const ms = `${seen?.ms ?? 0} ms`;
  return state === 'passed' ? `✓ ${ms}` : state === 'refused' ? `✕ ${ms}` : `! ${ms}`;
}

function Way({
  from,
  to,
  state,
}: {
  readonly from: Hop;
  readonly to: Hop;
  readonly state: string;
}): VNode {
  const [a, b] = [places[from], places[to]];
  const across = a.y === b.y;
  const [dx, dy] = across
    ? [size.width / 2 + 2, 0]
    : [0, Math.sign(b.y - a.y) * (size.height / 2 + 2)];
  return <line class={`way ${state}`} x1={a.x + dx} y1={a.y + dy} x2={b.x - dx} y2={b.y - dy} />;
}

function wayState(hops: readonly HopSeen[], from: Hop, to: Hop): string {
  const at = hops.findIndex(({ hop }) => hop === to);
  const isGone = at > 0 && hops[at - 1]?.hop === from;
  const isBypass = from === 'gateway' && to === 'pool';
  return [isGone ? 'gone' : '', isBypass ? 'bypass' : ''].join(' ').trim();
}

function describe(
  request: RequestTrace | undefined,
  hops: readonly HopSeen[],
  standing: ReadonlySet<Hop>,
): string {
  if (request === undefined) {
    const there = (Object.keys(places) as Hop[]).filter((hop) => standing.has(hop));
    return `The path runs from the client through gateway, extension and Apigee to pool and model. Available: ${there.map((hop) => hopNames[hop]).join(', ')}.`;
  }
  const way = hops.map(({ hop, state }) => `${hopNames[hop]} ${state}`).join(', ');
  const { title, words } = verdictOf(request, hops);
  return `${request.method} ${request.path}, ${whoOf(request)}: ${way}. ${title}. ${words}`;
}
