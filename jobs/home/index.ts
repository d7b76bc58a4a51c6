// App Home: every gateway, with the person's own keys and use of it.
import { job } from '../../src/job/job.ts';
import type { Fault } from '../../src/kernel/errors.ts';
import { quotaForm } from './modal-view.ts';
import { homeButtons } from './actions.ts';
import type { HomeHandlerContext } from './handler-context.ts';
import { home as readHome } from './job.ts';
import { submitQuota } from './modal.ts';
import { openHome, refreshHome } from './open-home.ts';
import { homePayload } from './payload.ts';
import { pressHome } from './press-home.ts';

export const home = {
  buttons: homeButtons,
  // The command that it types is kept.
  forms: { [quotaForm.callback]: { submit: submitQuota } },
  home: {
    open: openHome,
    refresh: refreshHome,
    press: pressHome,
    showTrouble: ({ homePages }: HomeHandlerContext, user: string, fault: Fault) =>
      homePages.showTrouble(user, fault),
  },
  jobs: {
    home: job('home', { payload: homePayload, attempts: 5, concurrency: 4, perform: readHome }),
  },
};
