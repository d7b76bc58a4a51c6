// Steps whose objects live in the cluster, while there is no cluster: nothing is there, and nothing is left to undo.
import { LlmgwError } from '../../src/errors.ts';

export async function orWithoutCluster<T, U>(work: Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LlmgwError && error.fault.code === 'no_cluster') return otherwise;
    throw error;
  }
}
