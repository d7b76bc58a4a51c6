// Why a gateway is not ready: the first thing that is wrong, in the order in which things depend on each other. Pure.
import { type Guidance, guidance, slashCommand } from '../../../src/kernel/guidance.ts';
import { wasServed } from '../../../src/clients/inference/ending.ts';
import {
  ancestorConditions,
  conditionsOf,
  parentConditions,
  unmet,
} from '../../../src/gateway/conditions.ts';
import type { Condition } from '../../../src/gateway/conditions.ts';
import { recognise } from '../../../src/gateway/faults/explain.ts';
import { rolloutLacks } from '../../../src/gateway/rollout.ts';
import type { World, WorldPart } from './world.ts';

/** Whether requests may pass without a key; `certain` when one did. What nobody can reach needs no protection. */
export function brokenProtection(
  world: World,
): { readonly cause: string; readonly certain: boolean } | undefined {
  if (world.probe !== undefined && wasServed(world.probe)) {
    const cause = protectionCause(world) ?? answerCause(world);
    return { cause: cause ?? 'The gateway answers without a key.', certain: true };
  }
  const isReached = clusterCause(world) === undefined && gatewayCause(world) === undefined;
  const cause = isReached && world.cluster !== undefined ? protectionCause(world) : undefined;
  return cause === undefined ? undefined : { cause, certain: false };
}

/** A sentence; undefined when everything that could be read is as it should be. */
export function rootCause(world: World): Guidance | undefined {
  if (world.cluster === undefined) return undefined;
  const causes = [
    clusterCause,
    modelCause,
    pickerCause,
    gatewayCause,
    protectionCause,
    operatorCause,
    answerCause,
    proofCause,
  ];
  for (const cause of causes) {
    const found = cause(world);
    if (found !== undefined) return found;
  }
  return undefined;
}

function clusterCause({ cluster }: World): string | undefined {
  if (cluster === undefined || ['RUNNING', 'RECONCILING'].includes(cluster.status))
    return undefined;
  const why = cluster.statusMessage === '' ? '' : `: ${cluster.statusMessage}`;
  return `The cluster ${cluster.name} is ${cluster.status}${why}.`;
}

function modelCause({ modelServer, pods, podReasons, unreadable }: World): string | undefined {
  if (modelServer === undefined || pods === undefined) {
    return isUnread(unreadable, 'model server') ? undefined : 'The model server is not deployed.';
  }
  if (pods.wanted === 0) return 'The model server is scaled to 0, so no model runs.';
  const why = podReasons[0] === undefined ? '' : `: ${podReasons[0]}`;
  if (pods.ready < pods.wanted) {
    return `${pods.ready} of ${pods.wanted} model servers are ready${why}.`;
  }
  const lacks = rolloutLacks(modelServer);
  return lacks === undefined ? undefined : `The model server is not rolled out: ${lacks}${why}.`;
}

function pickerCause({ picker, unreadable }: World): string | undefined {
  if (picker === undefined) {
    return isUnread(unreadable, 'endpoint picker')
      ? undefined
      : 'The endpoint picker, which chooses the model server, is not deployed.';
  }
  const lacks = rolloutLacks(picker);
  return lacks === undefined ? undefined : `The endpoint picker is not ready: ${lacks}.`;
}

/** The gateway serves on without it, but no change of keys' products and quotas takes effect. */
function operatorCause({ operator, unreadable }: World): string | undefined {
  if (operator === undefined) {
    return isUnread(unreadable, 'Apigee operator')
      ? undefined
      : 'The Apigee operator is not installed, so no change takes effect.';
  }
  const lacks = rolloutLacks(operator);
  return lacks === undefined ? undefined : `The Apigee operator is not ready: ${lacks}.`;
}

function gatewayCause({ gateway, route, endpoint, unreadable }: World): string | undefined {
  if (gateway === undefined) {
    return isUnread(unreadable, 'gateway') ? undefined : 'The gateway is missing from the cluster.';
  }
  const programmed = unmet(gateway, conditionsOf(gateway), ['Programmed']);
  if (programmed !== undefined) return `The gateway is not programmed: ${programmed}.`;
  if (endpoint === undefined) return 'The gateway has no address.';
  if (route === undefined) {
    return isUnread(unreadable, 'route') ? undefined : 'The route is missing from the cluster.';
  }
  return inEach(parentConditions(route), (found) => {
    const missing = unmet(route, found, ['Accepted', 'ResolvedRefs']);
    return missing === undefined ? undefined : `The route is not in force: ${missing}.`;
  });
}

function protectionCause(world: World): string | undefined {
  const { trafficExtension, backendService, unreadable } = world;
  if (backendService === undefined && !isUnread(unreadable, 'backend service')) {
    return 'The Apigee backend service is missing, so nothing protects the gateway.';
  }
  if (trafficExtension === undefined) {
    return isUnread(unreadable, 'traffic extension')
      ? undefined
      : 'The traffic extension is missing, so nothing protects the gateway.';
  }
  return inEach(ancestorConditions(trafficExtension), (found) => {
    const missing = unmet(trafficExtension, found, ['Accepted', 'ResolvedRefs']);
    return missing === undefined ? undefined : `The traffic extension is not in force: ${missing}.`;
  });
}

function answerCause({ probe }: World): string | undefined {
  if (probe === undefined) return undefined;
  if (probe.ok || wasServed(probe))
    return 'The gateway answers without a key: its protection is not in force.';
  const row = recognise(probe);
  return row === 'no_key' ? undefined : `A test request ended in the fault ${row}.`;
}

function proofCause({ proof, unreadable }: World): Guidance | undefined {
  if (proof !== undefined || isUnread(unreadable, 'proof')) return undefined;
  return guidance`Its protection has not been proven yet; ${slashCommand('provision')} does it.`;
}

function inEach(
  all: readonly Condition[][],
  missing: (found: Condition[]) => string | undefined,
): string | undefined {
  if (all.length === 0) return missing([]);
  for (const found of all) {
    const words = missing(found);
    if (words !== undefined) return words;
  }
  return undefined;
}

const isUnread = (unreadable: World['unreadable'], part: WorldPart): boolean =>
  unreadable.some((unread) => unread.part === part);
