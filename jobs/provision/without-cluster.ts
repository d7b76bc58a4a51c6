// Steps whose objects live in the cluster, while there is no cluster: nothing is there, and nothing is left to undo.
import { LlmgwError } from '../../src/errors.ts';

/** A project whose GKE API was never enabled has no cluster either. */
const absences = ['no_cluster', 'api_disabled'];

export async function orWithoutCluster<T, U>(work: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LlmgwError && absences.includes(error.fault.code)) return otherwise;
    throw error;
  }
}
