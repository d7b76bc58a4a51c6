// Extend, pressed under a warning: bound to the end that the warning named, so that it counts once.
import { withGateway } from '../../../jobs/named-commands.ts';
import { extended } from '../../../jobs/watch/lease.ts';
import type { Desk, Reply } from '../commands/command.ts';
import { jobId } from '../job-id.ts';
import { code } from '../slack-text.ts';
import { refusal } from '../views/help.ts';
import { outcome, say } from '../views/message.ts';
import { extendedText } from '../views/notice.ts';
import { type Buttons, type ClickReply, type Press, shown } from './click.ts';

export const leaseButtons: Buttons = {
  'lease.extend': {
    isAudited: true,
    // The warning becomes the word that it is extended; a refusal leaves it as it is.
    press: async (press, desk) => {
      let how: ClickReply['how'] = 'add';
      const reply = await press.once(async () => {
        const { isExtended, ...extended } = await extendLease(desk, press);
        if (isExtended) how = 'replace';
        return extended;
      });
      return shown(reply, how);
    },
  },
};

/** @param press its value: the gateway, and the end that the warning named, ms since the epoch. */
async function extendLease(
  { leases, permissions }: Desk,
  { by, value, deadline, delivery }: Press,
): Promise<Reply & { readonly isExtended: boolean }> {
  const job = jobId('extend', delivery);
  const [gateway = '', until = ''] = value.split(' ');
  const refuse = (sentence: string): Reply & { readonly isExtended: false } => ({
    message: refusal(withGateway(sentence, gateway), job),
    isExtended: false,
  });
  const verdict = await permissions.may('operator', by, { isFresh: true });
  if (!verdict.allowed) return refuse(verdict.sentence);
  const lease = await leases.read(gateway);
  if (lease === undefined || lease.lapsed !== undefined)
    return refuse(`The gateway ${code(gateway)} has no lease any more.`);
  if (String(lease.until) !== until) {
    const who = lease.extendedBy === undefined ? '' : ` by <@${lease.extendedBy}>`;
    return refuse(`This lease was changed already${who}; \`/llmgw status\` shows its end.`);
  }
  const longer = extended(lease, by.user, Date.now());
  if (longer === undefined) {
    const run = lease.ending === undefined ? '' : ` The run ${code(lease.ending)} tears it down.`;
    return refuse(`That is too late: the lease of ${code(gateway)} is over.${run}`);
  }
  deadline.begin();
  if (!(await leases.replace(gateway, lease, longer))) {
    return refuse('Somebody else was faster; `/llmgw status` shows when the lease ends now.');
  }
  const text = extendedText(gateway, { until: longer.until, by: by.user });
  return { message: say(text, { mark: outcome('ok', job) }), isExtended: true };
}
