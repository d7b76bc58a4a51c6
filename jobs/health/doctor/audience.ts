// What the doctor finds, as people are told.
import type { Guidance } from '../../../src/kernel/guidance.ts';
import type { Addressee } from '../../../src/job/addressee.ts';
import type { JobContext } from '../../../src/job/context.ts';

/** One thing that is not as wanted. */
export interface Finding {
  /** Id and title of the step whose check found it. */
  readonly step: string;
  readonly title: string;
  /** `lacking`: missing or not ready. `drifted`: edited. `blocked`: a person must mend it. `unread`: could not be looked at. */
  readonly kind: 'lacking' | 'drifted' | 'blocked' | 'unread';
  /** What was seen; for a drift a field each, with who set it. */
  readonly what: readonly string[];
  /** Why, in the words of the pods behind it, worst first. */
  readonly because: readonly string[];
  readonly next: Guidance | undefined;
}

/** What a request of the doctor's own met. `unseen`: nothing that tells either way. */
export interface RefusalSeen {
  readonly when: 'no-key' | 'wrong-key';
  readonly state: 'refused' | 'answered' | 'unseen';
  readonly seen: string;
}

export interface Diagnosis {
  readonly gateway: string;
  /** `absent`: no cluster. `unknown`: too little could be read. `at_work`: a run is busy on it. */
  readonly state: 'healthy' | 'ill' | 'absent' | 'unknown' | 'at_work';
  readonly holding: string | undefined;
  /** What is wrong by itself, the root first. */
  readonly causes: readonly Finding[];
  /** What is wrong because of the causes. */
  readonly effects: readonly Finding[];
  readonly refusals: readonly RefusalSeen[];
  /** When all four proofs of the protection as it is now were taken. */
  readonly provenAt: number | undefined;
  /** Another provisioning would mend it. */
  readonly canRepair: boolean;
  /** Checks that were made. */
  readonly checks: number;
}

export interface DoctorAudience {
  showDiagnosis(to: Addressee, diagnosis: Diagnosis): Promise<void>;
}

export type DoctorContext = JobContext & { readonly audience: DoctorAudience };
