// Scenes of approvals: each request, each decision, and the notices to the requester.
import { declineModal } from '../../../jobs/approvals/decline-view.ts';
import type { ApprovalRequest } from '../../../jobs/approvals/questions.ts';
import {
  approvalQuestion,
  decidedMessage,
  deniedNews,
  expiredNews,
  waitingForApproval,
} from '../../../jobs/approvals/view.ts';
import {
  type Chapter,
  type Scene,
  alice,
  channel,
  gateway,
  hours,
  job,
  now,
  olivia,
  oscar,
  runId,
} from '../scene.ts';

const until = now + hours(1);
const asked = { id: 'approval-1', gateway, hash: '9f2c4e81b7d03a56' };
const byOlivia = { by: { user: olivia, channel } };
const byAlice = { by: { user: alice, channel } };

const provision: ApprovalRequest = {
  ...asked,
  ...byOlivia,
  kind: 'provision',
  runId,
  summary: ['Create (2): Create cluster, Create load balancer'],
};
const teardown: ApprovalRequest = {
  ...asked,
  ...byOlivia,
  kind: 'teardown',
  runId: 'teardown-default-4f1c2a',
  removeApps: true,
  isRetry: true,
  summary: ['Delete: Gateway inference-gateway', 'Delete: Cluster infgw-cluster'],
};
export const quotaRequest: ApprovalRequest = {
  ...asked,
  ...byAlice,
  kind: 'quota',
  runId,
  now: '5/minute',
  desired: '20/minute',
  times: 4,
  why: 'A demo on Thursday',
  summary: ['Change (1): Set operations and quota'],
};
const key: ApprovalRequest = {
  ...asked,
  ...byOlivia,
  kind: 'key',
  owner: alice,
  app: 'llmgw-default',
  key: '••••1a2b',
};
const again: ApprovalRequest = {
  ...quotaRequest,
  why: undefined,
  times: undefined,
  again: 'the gateway has changed since',
};

const question = (title: string, request: ApprovalRequest): Scene => ({
  title: `Question: ${title}`,
  when: 'to the operators',
  message: approvalQuestion(request, until),
});
const decided = (
  title: string,
  request: ApprovalRequest,
  verdict: 'approved' | 'denied' | 'withdrawn' | 'expired',
  word?: string,
): Scene => ({
  title: `Decision: ${title}`,
  when: 'in place of the question',
  message: decidedMessage(request, { by: oscar, verdict, at: now, word }),
});
const expired = (title: string, request: ApprovalRequest, reader: string): Scene => ({
  title: `Expired: ${title}`,
  when: 'to the person who asked',
  message: expiredNews(request, reader),
});

export const approvalScenes: Chapter = {
  title: 'Approvals',
  scenes: [
    {
      title: 'Waiting for an approver',
      when: 'to the person who started the run',
      message: waitingForApproval(until, job),
    },
    question('provision', provision),
    question('teardown, as a retry', teardown),
    question('key', key),
    question('quota', quotaRequest),
    question('quota, asked again', again),
    decided('approved', provision, 'approved'),
    decided('declined', teardown, 'denied'),
    decided('quota declined with a reason', quotaRequest, 'denied', 'We have no nodes left'),
    decided('withdrawn', quotaRequest, 'withdrawn'),
    decided('expired', key, 'expired'),
    {
      title: 'Declined',
      when: 'to the person who asked',
      message: deniedNews(provision, { by: oscar, verdict: 'denied', at: now }),
    },
    expired('provision', provision, olivia),
    expired('key of another person', key, olivia),
    expired('quota', quotaRequest, alice),
    {
      title: 'Decline with a reason',
      when: '**Decline** under a quota request',
      modal: declineModal({ id: 'approval-1', channel }),
    },
  ],
};
