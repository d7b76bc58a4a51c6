// A person's Home, as it is opened.
import type { JobContext } from '../../src/job/context.ts';
import type { HomeReport } from './report.ts';

export interface HomeNotifier {
  /** Begins to look for a person's Home; what was begun later takes the place of what was begun before, never the reverse. */
  openHome(user: string): Promise<{ show(report: HomeReport): Promise<void> }>;
}

export type HomeContext = JobContext & { readonly notifier: HomeNotifier };
