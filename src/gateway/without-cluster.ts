// Steps for objects in a missing cluster: nothing exists and nothing is to undo.
import type { FaultCode } from '../kernel/fault-codes.ts';
import { LlmgwError } from '../kernel/errors.ts';
import type { Needed } from '../engine/step.ts';

export const noCluster: Needed = {
  state: 'needed',
  why: 'blocked_by',
  of: ['cluster'],
  reason: 'there is no cluster yet',
};

/** A project whose GKE API was never enabled has no cluster either. */
const absences: readonly FaultCode[] = ['no_cluster', 'api_disabled'];

export const noAddress: Needed = {
  state: 'needed',
  why: 'blocked_by',
  of: ['gateway'],
  reason: 'the gateway has no address',
};

export async function orWithoutCluster<T, U>(work: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LlmgwError && absences.includes(error.fault.code)) return otherwise;
    throw error;
  }
}
