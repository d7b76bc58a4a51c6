// What the doctor finds, as people are told.
import type { Addressee } from '../../../src/job/addressee.ts';
import type { JobContext } from '../../../src/job/context.ts';
import type { Observation } from '../../../src/gateway/observation.ts';

/** What a request of the doctor's own met. `unseen`: nothing that tells either way. */
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
  /** Checks that were made. */
  readonly checks: number;
}

export interface DoctorNotifier {
  showDiagnosis(to: Addressee, diagnosis: Diagnosis): Promise<void>;
}

export type DoctorContext = JobContext & { readonly notifier: DoctorNotifier };
