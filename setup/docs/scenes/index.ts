// All scenes, in the order of docs/copy.md.
import { spoken } from '../../../src/slack/messages/mrkdwn.ts';
import type { Chapter, Scene } from '../scene.ts';
import { auditScenes, helpScenes, refusalScenes } from './answers.ts';
import { approvalScenes } from './approvals.ts';
import { askScenes } from './ask.ts';
import { faultScenes } from './faults.ts';
import { doctorScenes, noticeScenes, statusScenes } from './health.ts';
import { homeScenes } from './home.ts';
import { keyScenes } from './keys.ts';
import { provisionScenes } from './provision.ts';
import { quotaScenes } from './quota.ts';
import { runScenes } from './runs.ts';
import { teardownScenes } from './teardown.ts';

const written: readonly Chapter[] = [
  helpScenes,
  provisionScenes,
  runScenes,
  teardownScenes,
  statusScenes,
  doctorScenes,
  noticeScenes,
  keyScenes,
  quotaScenes,
  approvalScenes,
  askScenes,
  faultScenes,
  homeScenes,
  auditScenes,
  refusalScenes,
];

/** A message with the final text for screen readers and notifications. */
function asSent(scene: Scene): Scene {
  if (!('message' in scene)) return scene;
  const { message } = scene;
  return { ...scene, message: { ...message, text: spoken(message.text) } };
}

export const chapters: readonly Chapter[] = written.map(({ scenes, ...chapter }) => ({
  ...chapter,
  scenes: scenes.map(asSent),
}));
