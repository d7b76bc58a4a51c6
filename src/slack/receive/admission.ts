// Admission of deliveries: programs are ignored, outsiders are refused, members pass.
import type { ReceiverEvent } from '@slack/bolt';
import { z } from 'zod';
import { type Fault, fail } from '../../kernel/errors.ts';
import { jobId } from '../dispatch/job-id.ts';
import type { RefusalReason } from '../people/person.ts';
import { type Delivery, isForOther, readDelivery } from '../people/read-delivery.ts';
import { misdirected, refusedPerson } from '../people/refused-person.ts';
import type { Message } from '../messages/message.ts';
import { messageModal } from '../messages/loading-modal.ts';
import type { AuditVia } from '../../kernel/audit-trail.ts';
import { auditRefusal } from '../dispatch/audit.ts';
import type { ReplyPlace } from '../outbox/replies.ts';
import type { ReceiverContext } from './receiver-context.ts';

type Refusal = { readonly user: string; readonly reason: RefusalReason };

/** Description of a person's action, for the audit and the reply. */
export interface Attempt {
  readonly via: AuditVia;
  readonly channel: string;
  readonly said: string;
  /** Equal deliveries are refused once. */
  readonly delivery: string;
}

/** Audits the refusal of an event and shows it to the person, once for equal attempts. @param to absent for a Home. */
export async function refuseEvent(
  { ctx, replies }: ReceiverContext,
  { user, reason }: Refusal,
  attempt: Attempt,
  to: ReplyPlace | undefined,
): Promise<void> {
  const job = jobId('person', attempt.delivery);
  const isFirst = await ctx.memory.once(`refused:${attempt.delivery}`).catch(() => true);
  if (isFirst) auditRefusal(ctx, { user, reason, job, ...attempt });
  if (to === undefined) return;
  await replies.reply(`refused:${attempt.delivery}`, to, 'asker', refusedPerson(reason, job));
}

/** @returns whether the delivery must be handled; otherwise it was answered here. */
export async function admit(context: ReceiverContext, event: ReceiverEvent): Promise<boolean> {
  const delivery = readDelivery(event.body);
  if (isForOther(delivery, context.identity.organisation)) {
    await ignoreOther(context, event, delivery);
    return false;
  }
  // Most events of a channel do not concern this app: those that do are judged once that is known.
  if (delivery.kind === 'event') return true;
  const { isProgram, user } = delivery.author;
  // Not a Slack payload: it is refused as malformed.
  if (user === undefined && !isProgram) return true;
  const membership = await context.people.membership(delivery.author);
  if (membership.kind === 'program') await ackEmpty(event);
  if (membership.kind === 'refused') {
    await refuseDelivery(context, event, { user: user ?? '', reason: membership.reason });
  }
  return membership.kind === 'person';
}

async function ignoreOther(
  { ctx, identity, noteFault }: ReceiverContext,
  { body, ack }: ReceiverEvent,
  { kind, target }: Delivery,
): Promise<void> {
  const own = identity.organisation?.app;
  if (target.app !== undefined && own !== undefined && target.app !== own) {
    noteFault(appsDiffer(target.app, own));
  }
  ctx.log.warn({ kind, ...target }, 'delivery for another app or workspace');
  if (kind !== 'command') return ackEmpty({ body, ack });
  await ack(ephemeral(ctx, misdirected(jobId('person', deliveryOf(body)))));
}

/** Slack sends each app its own deliveries, and the bot's credentials authenticate this one. */
function appsDiffer(delivering: string, app: string): Fault {
  const said = `Slack delivers for the app ${delivering}, but the bot token belongs to the app ${app}`;
  return fail('permanent', 'slack_apps_differ', said, {
    next: 'Set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET or SLACK_APP_TOKEN to the values of one Slack app, and restart the bot.',
    details: { variable: 'SLACK_BOT_TOKEN' },
  }).fault;
}

const payload = z.looseObject({
  type: z.string().optional(),
  command: z.string().optional(),
  text: z.string().optional(),
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
  callback_id: z.string().optional(),
  channel_id: z.string().optional(),
  channel: z.looseObject({ id: z.string() }).nullish(),
  view: z.looseObject({ callback_id: z.string().optional(), id: z.string().optional() }).nullish(),
  actions: z.array(z.looseObject({ action_id: z.string().optional() })).optional(),
});
type Payload = z.infer<typeof payload>;

async function refuseDelivery(
  context: ReceiverContext,
  { body, ack }: ReceiverEvent,
  { user, reason }: Refusal,
): Promise<void> {
  const { ctx, pending, replies } = context;
  const given = payload.safeParse(body).data ?? {};
  // A delivery without a person's action needs no reply.
  if (given.type === 'block_suggestion' || given.type === 'view_closed') {
    return ackEmpty({ body, ack });
  }
  const delivery = deliveryOf(body);
  const job = jobId('person', delivery);
  const message = refusedPerson(reason, job);
  const { via, said } = attemptOf(given);
  const channel = given.channel?.id ?? given.channel_id ?? user;
  auditRefusal(ctx, { user, reason, job, via, channel, said });
  if (given.command !== undefined) return ack(ephemeral(ctx, message));
  if (given.type === 'view_submission') {
    const view = ctx.messenger.modal(messageModal(message));
    return ack({ response_action: 'update', view });
  }
  const to = { user, channel };
  const tellNow = await replies.prepareAnswer(`refused:${delivery}`, { to, message }, () =>
    tell(context, given, to, message),
  );
  await ack();
  pending.run('refusal', tellNow);
}

function tell(
  { ctx: { messenger } }: ReceiverContext,
  { response_url: url, trigger_id: trigger, channel: at }: Payload,
  to: { readonly user: string; readonly channel: string },
  message: Message,
): Promise<void> {
  if (url !== undefined) return messenger.respond(url, message, 'add');
  if (at !== undefined && at !== null) return messenger.postEphemeral(to, message);
  // An action on Home or in a modal may have no room for a reply there.
  if (trigger === undefined) return messenger.postEphemeral(to, message);
  return messenger
    .openModal(trigger, messageModal(message))
    .then(() => undefined)
    .catch(() => messenger.postEphemeral(to, message));
}

function attemptOf(given: Payload): { via: AuditVia; said: string } {
  if (given.command !== undefined) {
    return { via: 'slash', said: `${given.command} ${given.text ?? ''}` };
  }
  if (given.type === 'view_submission') {
    return { via: 'window', said: given.view?.callback_id ?? '' };
  }
  if (given.actions !== undefined) return { via: 'click', said: given.actions[0]?.action_id ?? '' };
  return { via: 'shortcut', said: given.callback_id ?? '' };
}

const deliveryOf = (body: object): string => {
  const { trigger_id: trigger, view } = payload.safeParse(body).data ?? {};
  return trigger ?? view?.id ?? JSON.stringify(body).slice(0, 1_000);
};

const ephemeral = ({ messenger }: ReceiverContext['ctx'], message: Message) => {
  const [{ text, blocks }] = messenger.personal(message);
  return { response_type: 'ephemeral', text, blocks };
};

/** Menus that load options require a list; everything else accepts an empty response. */
export function ackEmpty({ body, ack }: Pick<ReceiverEvent, 'body' | 'ack'>): Promise<void> {
  return body['type'] === 'block_suggestion' ? ack({ options: [] }) : ack();
}
