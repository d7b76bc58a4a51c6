// Quota request job: asks operators, carries decisions out, reports the end.
import { endInTime } from '../approvals/index.ts';
import type { QuotaContext } from './notifier.ts';
import type { QuotaRequestPayload } from './payload.ts';
import { carryOut } from './carry-out.ts';
import { makeRequest } from './make-request.ts';

/** Repeatable, as questions, runs and news have stable ids. */
export async function quotaRequest(
  context: QuotaContext,
  payload: QuotaRequestPayload,
): Promise<void> {
  const { notifier } = context;
  const { gateway, desired, to, of = '' } = payload;
  switch (payload.action) {
    case 'ask':
      return ask(context, payload);
    case 'carry-out':
      return carryOut(context, payload);
    case 'end': {
      const { end } = payload;
      if (end === undefined) return;
      return notifier.tellQuota(to, { kind: 'ended', gateway, desired, runId: of, end });
    }
  }
}

/** @throws refused/no_gateway, refused/quota_same, refused/quota_less. */
async function ask(context: QuotaContext, payload: QuotaRequestPayload): Promise<void> {
  const { notifier, texts } = context;
  const { gateway, to, desired } = payload;
  const why = payload.why === undefined ? undefined : await texts.read(payload.why);
  const { request } = await makeRequest(context, {
    gateway,
    desired,
    by: { user: to.user, channel: to.channel },
    runId: runFor(gateway, to.job),
    why: why === undefined ? undefined : context.redact(why),
  });
  const { question, instead } = await notifier.askForQuota(request);
  const { until } = question;
  if (question.request.id !== request.id) {
    return notifier.tellQuota(to, { kind: 'pending', gateway, desired, until });
  }
  await endInTime(context, request, until);
  await notifier.tellQuota(to, {
    kind: 'asked',
    gateway,
    desired,
    now: request.now,
    until,
    instead: instead?.request.kind === 'quota' ? instead.request.desired : undefined,
  });
}

/** One run per request, however often it is approved. */
const runFor = (gateway: string, job: string): string =>
  `provision-${gateway}-${job.split('-').at(-1) ?? job}`;
