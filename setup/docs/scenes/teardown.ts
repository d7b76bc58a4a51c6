// Scenes of a teardown: the preview, its confirmation, and a missing gateway.
import type { GatewayTeardown } from '../../../jobs/teardown/notifier.ts';
import {
  teardownModal,
  teardownQuestion,
  teardownQuestionModal,
} from '../../../jobs/teardown/view.ts';
import { type Chapter, channel, gateway } from '../scene.ts';

const job = 'teardown-default-4f1c2a';
const teardown: GatewayTeardown = {
  gateway,
  goes: ['Cluster infgw-cluster', 'Gateway inference-gateway', 'API product llmgw-default'],
  stays: ['Apigee environment apim-op-env (not created by llmgw)'],
  removeApps: false,
  activeRun: undefined,
  moved: [],
  elsewhere: [],
};
const moved = [{ variable: 'ZONE', from: 'us-central1-a', to: 'us-central1-b' }];
const question = (given: Partial<GatewayTeardown>) =>
  teardownQuestion({ ...teardown, ...given }, job);

export const teardownScenes: Chapter = {
  title: 'Teardown',
  scenes: [
    { title: 'Question', when: '`/llmgw teardown default`', message: question({}) },
    {
      title: 'Question, with apps and keys',
      when: '`/llmgw teardown default --remove-apps`',
      message: question({ removeApps: true }),
    },
    {
      title: 'Question, after the approval became stale',
      when: 'the resources changed since the approval',
      message: question({ isStale: true }),
    },
    {
      title: 'Question, after the configuration changed',
      when: 'the gateway was provisioned with another configuration',
      message: question({ moved, elsewhere: ['project other-project, cluster infgw-cluster'] }),
    },
    {
      title: 'Nothing to tear down',
      when: 'the gateway does not exist',
      message: question({ goes: [], stays: [] }),
    },
    {
      title: 'Question during a run',
      when: 'a run is active',
      message: question({ activeRun: 'provision-default-7b21d0' }),
    },
    {
      title: 'Confirmation',
      when: '**Tear down** under the question',
      modal: teardownModal({ runId: job, gateway, removeApps: false, channel }),
    },
    {
      title: 'Question and confirmation in one modal',
      when: '**Tear down** on Home',
      modal: teardownQuestionModal(teardown, job, channel),
    },
    {
      title: 'Nothing to tear down, in a modal',
      when: '**Tear down** on Home, and the gateway does not exist',
      modal: teardownQuestionModal({ ...teardown, goes: [], stays: [] }, job, channel),
    },
  ],
};
