// The traffic extension: the first matching chain calls its backend per message, until timeout.
import { setTimeout as wait } from 'node:timers/promises';
import { readBackendService } from '../controllers/apigee-operator/views.ts';
import { hasState } from '../controllers/apigee-operator/status.ts';
import type { Extension } from '../controllers/gateway-views.ts';
import { kinds } from '../controllers/kinds.ts';
import type { FaultAction } from '../core/faults.ts';
import type { KubeObject } from '../kubernetes/cluster.ts';
import { type Answer, plain } from './answer.ts';
import { matchesCel } from './cel.ts';
import { type GatewayDoor, reportUnknown, type Served } from './door.ts';
import type { RoutedRequest } from './routing.ts';
import { spikeArrestOf } from './spike-arrest.ts';
import type { ProgrammedExtension } from './state.ts';

/** Apigee takes bodies of up to 30 MB; before 1-15-0-apigee-7 its extension processor failed on any above 100 kB. */
const oldBodyLimit = 100_000;

export type Judged = Pick<Served, 'app' | 'seen'> &
  (
    | {
        readonly pass: true;
        readonly verdict: 'open' | 'allowed';
        /** True when the answer's next message gets no verdict. */
        readonly failsOnAnswer: () => boolean;
      }
    | { readonly pass: false; readonly answer: Answer }
  );

export interface Shown {
  readonly request: RoutedRequest;
  readonly bodyBytes: number;
}

export async function judge(
  door: GatewayDoor,
  programmed: ProgrammedExtension | undefined,
  shown: Shown,
): Promise<Judged> {
  let judged: Judged = { pass: true, verdict: 'open', app: undefined, failsOnAnswer: () => false };
  const namespace = programmed?.namespace ?? 'default';
  for (const extension of chainFor(door, programmed, shown.request)) {
    door.trace.reach('extension');
    const verdict = await callOut(door, namespace, extension, shown);
    if (verdict !== 'failed') judged = verdict;
    else if (extension.failOpen) door.trace.ignore('failed, and is told to let requests through');
    else return { pass: false, app: undefined, answer: plain('extension_failed', 500, '') };
    if (!judged.pass) return judged;
  }
  return judged;
}

/** The extensions of the first chain whose conditions match. */
function chainFor(
  door: GatewayDoor,
  programmed: ProgrammedExtension | undefined,
  request: RoutedRequest,
): readonly Extension[] {
  const chain = programmed?.spec.extensionChains.find(({ matchCondition }) => {
    const results = matchCondition.celExpressions.map(({ celMatcher }) => {
      const result = matchesCel(celMatcher, request);
      if (result === undefined) reportUnknown(door, `CEL ${celMatcher}`);
      return result ?? false;
    });
    return results.length === 0 || results.includes(true);
  });
  return chain?.extensions ?? [];
}

async function callOut(
  door: GatewayDoor,
  namespace: string,
  extension: Extension,
  { request, bodyBytes }: Shown,
): Promise<Judged | 'failed'> {
  const struck = door.context.faults.strike('dataplane', 'extension');
  if (struck !== undefined) door.trace.strike(`fault at the extension: ${struck.kind}`);
  const timeoutMs = timeoutOf(extension);
  if (struck?.kind === 'delay') await wait(Math.min(struck.ms, timeoutMs));
  if (failsIn(struck, timeoutMs)) return 'failed';
  const ref = extension.backendRef;
  if (ref?.kind !== 'ApigeeBackendService') {
    reportUnknown(
      door,
      `extension ${ref?.kind ?? extension.googleAPIServiceName ?? extension.name}`,
    );
    return 'failed';
  }
  const { store } = door.cluster;
  const named = (kind: { group: string; kind: string }): KubeObject | undefined =>
    store.serves(kind.group, kind.kind)
      ? store.get({ ...kind, namespace, name: ref.name })
      : undefined;
  const { group } = kinds.backendService;
  const backend = named({ group, kind: kinds.backendService.kind });
  const policy = named({ group, kind: kinds.extensionPolicy.kind });
  // Without its backing policy there is no endpoint group that leads to Apigee.
  if (backend === undefined || !hasState(policy, 'RUNNING')) return 'failed';
  const { apigeeEnv: environment = '', defaultSecurityEnabled } = readBackendService(backend);
  // Apigee does not limit a body that it does not receive.
  const shownBytes = extension.supportedEvents.includes('RequestBody') ? bodyBytes : 0;
  if (shownBytes > oldBodyLimit && door.runtime.isOldProcessor(environment)) return 'failed';
  const spikeArrest = spikeArrestOf(store, namespace, ref.name);
  door.trace.reach('apigee');
  const verdict = door.runtime.judge(
    { proxy: ref.name, environment, defaultSecurityEnabled, spikeArrest },
    request,
    shownBytes,
  );
  return verdict.pass
    ? { ...verdict, verdict: 'allowed', failsOnAnswer: answerWatch(door, extension) }
    : verdict;
}

/** The client already has the headers, so a message without a verdict can only end the stream. */
function answerWatch(door: GatewayDoor, extension: Extension): () => boolean {
  if (extension.failOpen || !extension.supportedEvents.includes('ResponseBody')) return () => false;
  let messages = 0;
  return () => {
    messages += 1;
    // Fails after the first messages, so that the client sees a broken stream.
    if (messages !== 4) return false;
    const struck = door.context.faults.strike('dataplane', 'extension.stream');
    if (struck !== undefined) door.trace.strike(`fault at the extension: ${struck.kind}`);
    return failsIn(struck, timeoutOf(extension));
  };
}

const timeoutOf = ({ timeout }: Extension): number =>
  Number.parseFloat(timeout) * (timeout.endsWith('ms') ? 1 : 1000);

/** The timeout applies to each message separately. */
const failsIn = (struck: FaultAction | undefined, timeoutMs: number): boolean =>
  struck !== undefined && (struck.kind !== 'delay' || struck.ms > timeoutMs);
