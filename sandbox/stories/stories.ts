// All prepared stories, in the order in which the switchboard lists them: a new one is one file and one line here.
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
