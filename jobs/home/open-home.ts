// Opening and refreshing of Home; a job reads the content.
import { toFault } from '../../src/kernel/errors.ts';
import { latestHome } from './refresh.ts';
import type { HomeHandlerContext } from './handler-context.ts';
import type { Refreshing } from '../../src/slack/dispatch/handlers.ts';
import { ackFault, withinDeadline } from '../../src/slack/dispatch/deadline.ts';

/** Keeps the last content until the update; the first time, shows a loading state. */
export async function openHome(ctx: HomeHandlerContext, user: string): Promise<void> {
  await refreshHome(ctx, user, { isMeanwhileShown: (isKnown) => !isKnown });
}

/** Never rejects: the page shows a failure. */
export async function refreshHome(
  ctx: HomeHandlerContext,
  user: string,
  how: Refreshing,
): Promise<void> {
  const { homes, queues, homePages, log } = ctx;
  try {
    const { begun, isKnown } = await withinDeadline(async () => {
      if (how.notice !== undefined) await homes.note(user, { text: how.notice, at: Date.now() });
      await homes.opened(user);
      // Before the job starts, so that its result replaces the loading state.
      const order = await homes.begin(user);
      await latestHome(queues, user);
      return { begun: order, isKnown: (await homes.kept(user)) !== undefined };
    });
    if (!how.isMeanwhileShown(isKnown)) return;
    await homePages
      .showMeanwhile(user, begun, Object.keys(ctx.gateways))
      .catch((error: unknown) => log.warn({ err: toFault(error) }, 'home loading state failed'));
  } catch (error) {
    await homePages.showTrouble(user, ackFault(error));
  }
}
