// All scenes, in the order of docs/copy.md.
import type { Chapter } from '../scene.ts';
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

export const chapters: readonly Chapter[] = [
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
