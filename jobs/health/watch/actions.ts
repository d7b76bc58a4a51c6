// Extend action of a lease warning; each warning counts once.
import { commandCode } from '../../../src/slack/messages/commands.ts';
import type { WatchHandlerContext } from './handler-context.ts';
import { extended } from './lease.ts';
import type { Reply } from '../../../src/slack/dispatch/command.ts';
import { jobId } from '../../../src/slack/dispatch/job-id.ts';
import { refusal, outdated } from '../../../src/slack/dispatch/refusals.ts';
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
    // Success replaces the warning; a refusal keeps it.
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
    return { message: outdated('button', job), isExtended: false };
  }
  const { gateway, until } = ending;
  const refuse = (
    sentence: Mrkdwn,
    lead = mrkdwn`Lease not extended.`,
  ): Reply & { readonly isExtended: false } => ({
    message: refusal(sentence, job, lead),
    isExtended: false,
  });
  const verdict = await permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return refuse(verdict.sentence, mrkdwn`Permission denied.`);
  const lease = await leases.read(gateway);
  if (lease === undefined || lease.lapsed !== undefined)
    return refuse(mrkdwn`${code(gateway)} no longer has a lease.`);
  if (lease.until !== until) {
    const who = lease.extendedBy === undefined ? '' : mrkdwn` by ${mention(lease.extendedBy)}`;
    return refuse(
      mrkdwn`The lease was already changed${who}. Run ${commandCode('status', gateway)} to see when it ends.`,
    );
  }
  const longer = extended(lease, by.user, Date.now());
  if (longer === undefined) {
    const run =
      lease.ending === undefined ? '' : mrkdwn` Run ${code(lease.ending)} is tearing it down.`;
    return refuse(mrkdwn`The lease of ${code(gateway)} has ended.${run}`);
  }
  deadline.begin();
  if (!(await leases.replace(gateway, lease, longer))) {
    return refuse(
      mrkdwn`Someone else changed the lease first. Run ${commandCode('status', gateway)} to see when it ends.`,
    );
  }
  const text = extendedText(gateway, { until: longer.until, by: by.user });
  return { message: say(text, { mark: outcome('ok', job) }), isExtended: true };
}
