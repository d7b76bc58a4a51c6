// Home opened and refreshed, as the receiver hears it. What it shows is read by a job.
import { toFault } from '../../src/kernel/errors.ts';
import { latestHome } from './refresh.ts';
import type { HomeHandlerContext } from './handler-context.ts';
import type { Refreshing } from '../../src/slack/dispatch/handlers.ts';
import { ackFault, withinDeadline } from '../../src/slack/dispatch/deadline.ts';

/** Opened by a person: what was shown before stays until it is read anew; the first time, that it is being read. */
export async function openHome(ctx: HomeHandlerContext, user: string): Promise<void> {
  await refreshHome(ctx, user, { isMeanwhileShown: (isKnown) => !isKnown });
}

/** Never rejects: what goes wrong stands on the page. */
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
      // Before the job begins, so that what it finds takes the place of what is shown meanwhile.
      const order = await homes.begin(user);
      await latestHome(queues, user);
      return { begun: order, isKnown: (await homes.kept(user)) !== undefined };
    });
    if (!how.isMeanwhileShown(isKnown)) return;
    await homePages
      .showMeanwhile(user, begun, Object.keys(ctx.gateways))
      .catch((error: unknown) => log.warn({ fault: toFault(error) }, 'a Home is not shown yet'));
  } catch (error) {
    await homePages.showTrouble(user, ackFault(error));
  }
}
