// Home capability: every gateway with the person's keys and usage.
import { job } from '../../src/job/job.ts';
import type { Fault } from '../../src/kernel/errors.ts';
import { quotaModalIds } from './modal-view.ts';
import { homeActions } from './actions.ts';
import type { HomeHandlerContext } from './handler-context.ts';
import { home as readHome } from './job.ts';
import { submitQuota } from './modal.ts';
import { openHome, refreshHome } from './open-home.ts';
import { homePayload } from './payload.ts';
import { handleHomeAction } from './handle-action.ts';

export const home = {
  actions: homeActions,
  // The audit trail keeps the command that it runs.
  submissions: { [quotaModalIds.callback]: { submit: submitQuota } },
  home: {
    open: openHome,
    refresh: refreshHome,
    handle: handleHomeAction,
    showTrouble: ({ homePages }: HomeHandlerContext, user: string, fault: Fault) =>
      homePages.showTrouble(user, fault),
  },
  jobs: {
    home: job('home', { payload: homePayload, attempts: 5, concurrency: 4, perform: readHome }),
  },
};
