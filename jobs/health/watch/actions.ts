// Extend, pressed under a warning: bound to the end that the warning named, so that it counts once.
import { commandCode } from '../../../src/slack/messages/commands.ts';
import type { WatchHandlerContext } from './handler-context.ts';
import { extended } from './lease.ts';
import type { Reply } from '../../../src/slack/dispatch/command.ts';
import { jobId } from '../../../src/slack/dispatch/job-id.ts';
import { fromOtherVersion, refusal } from '../../../src/slack/dispatch/refusals.ts';
import { outcome, say } from '../../../src/slack/messages/message.ts';
import { endingLease, extendedText } from './view.ts';
import {
  type ActionHandlers,
  type ActionReply,
  type ActionRequest,
  shown,
} from '../../../src/slack/dispatch/action.ts';
import { type Mrkdwn, mrkdwn, code, mention } from '../../../src/slack/messages/mrkdwn.ts';

export const leaseActions: ActionHandlers<WatchHandlerContext> = {
  'lease.extend': {
    isAudited: true,
    // The warning becomes the word that it is extended; a refusal leaves it as it is.
    handle: async (request, ctx) => {
      let how: ActionReply['how'] = 'add';
      const reply = await request.once(async () => {
        const { isExtended, ...extended } = await extendLease(ctx, request);
        if (isExtended) how = 'replace';
        return extended;
      });
      return shown(reply, how);
    },
  },
};

async function extendLease(
  { leases, permissions }: WatchHandlerContext,
  { by, value, deadline, delivery }: ActionRequest,
): Promise<Reply & { readonly isExtended: boolean }> {
  const job = jobId('extend', delivery);
  const ending = endingLease.read(value);
  if (ending === undefined) {
    return { message: refusal(fromOtherVersion('button'), job), isExtended: false };
  }
  const { gateway, until } = ending;
  const refuse = (sentence: Mrkdwn): Reply & { readonly isExtended: false } => ({
    message: refusal(sentence, job),
    isExtended: false,
  });
  const verdict = await permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return refuse(verdict.sentence);
  const lease = await leases.read(gateway);
  if (lease === undefined || lease.lapsed !== undefined)
    return refuse(mrkdwn`The gateway ${code(gateway)} has no lease any more.`);
  if (lease.until !== until) {
    const who = lease.extendedBy === undefined ? '' : mrkdwn` by ${mention(lease.extendedBy)}`;
    return refuse(
      mrkdwn`This lease was changed already${who}; ${commandCode('status', gateway)} shows its end.`,
    );
  }
  const longer = extended(lease, by.user, Date.now());
  if (longer === undefined) {
    const run =
      lease.ending === undefined ? '' : mrkdwn` The run ${code(lease.ending)} tears it down.`;
    return refuse(mrkdwn`That is too late: the lease of ${code(gateway)} is over.${run}`);
  }
  deadline.begin();
  if (!(await leases.replace(gateway, lease, longer))) {
    return refuse(
      mrkdwn`Somebody else was faster; ${commandCode('status', gateway)} shows when the lease ends now.`,
    );
  }
  const text = extendedText(gateway, { until: longer.until, by: by.user });
  return { message: say(text, { mark: outcome('ok', job) }), isExtended: true };
}
