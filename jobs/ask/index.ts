// Questions to the model, and their answers.
import { job } from '../../src/job/job.ts';
import { askActions } from './actions.ts';
import { stopSession } from './stop-and-retry.ts';
import { ask as command } from './command.ts';
import type { AskHandlerContext } from './handler-context.ts';
import { ask as answerAsk } from './job.ts';
import { openAboutModal, submitAsk } from './modal.ts';
import { askModalIds } from './modal-view.ts';
import { fromHome } from '../../src/job/addressee.ts';
import { askPayload } from './payload.ts';

export const ask = {
  commands: [command],
  actions: askActions,
  // Prompts are private.
  submissions: { [askModalIds.callback]: { submit: submitAsk } },
  conversations: {
    find: (ctx: AskHandlerContext, thread: string) => ctx.asks.conversation(thread),
    stop: stopSession,
  },
  shortcut: openAboutModal,
  jobs: {
    ask: job('ask', {
      payload: askPayload,
      attempts: 3,
      concurrency: 500,
      touches: fromHome,
      tellsAtEnd: ({ to }) => [{ what: 'endSession', args: [to.job] }],
      perform: answerAsk,
    }),
  },
};
