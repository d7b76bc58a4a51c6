// Notifier port for Home.
import type { JobContext } from '../../src/job/context.ts';
import type { HomeReport } from './report.ts';

export interface HomeNotifier {
  /** Starts an update of a person's Home; a later update replaces an earlier one, never the reverse. */
  openHome(user: string): Promise<{ show(report: HomeReport): Promise<void> }>;
}

export type HomeContext = JobContext & { readonly notifier: HomeNotifier };
