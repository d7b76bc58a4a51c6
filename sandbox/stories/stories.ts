// The list of scenarios, in the order of the fault panel.
import { botKilled } from './bot-killed.ts';
import { controlPlaneUpgraded } from './control-plane-upgraded.ts';
import { imageMissing } from './image-missing.ts';
import { operatorStuck } from './operator-stuck.ts';
import { quotaExceeded } from './quota-exceeded.ts';
import { redisDies } from './redis-dies.ts';
import { slackRateLimited } from './slack-rate-limited.ts';
import { socketDropped } from './socket-dropped.ts';
import type { Story } from './story.ts';
import { tokenExpired } from './token-expired.ts';

export const stories: readonly Story[] = [
  quotaExceeded,
  imageMissing,
  tokenExpired,
  operatorStuck,
  controlPlaneUpgraded,
  redisDies,
  slackRateLimited,
  botKilled,
  socketDropped,
];
