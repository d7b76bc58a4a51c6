// Notifier port for diagnoses.
import type { Addressee } from '../../../src/job/addressee.ts';
import type { JobContext } from '../../../src/job/context.ts';
import type { Observation } from '../../../src/gateway/observation.ts';

/** Result of one probe without a valid key. `unknown`: inconclusive. */
export interface ObservedRefusal {
  readonly when: 'no-key' | 'wrong-key';
  readonly state: 'refused' | 'answered' | 'unknown';
  readonly seen: string;
}

export interface Diagnosis extends Pick<
  Observation,
  'gateway' | 'state' | 'activeRun' | 'causes' | 'effects' | 'provenAt' | 'canRepair'
> {
  readonly refusals: readonly ObservedRefusal[];
  readonly checks: number;
  readonly passed: number;
}

export interface DoctorNotifier {
  showDiagnosis(to: Addressee, diagnosis: Diagnosis): Promise<void>;
}

export type DoctorContext = JobContext & { readonly notifier: DoctorNotifier };
