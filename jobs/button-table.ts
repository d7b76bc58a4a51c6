// The buttons, a line for those of one thing; each is in the file of that name.
import { approvalButtons } from './approvals/actions.ts';
import { askButtons } from './ask/actions.ts';
import type { Button } from '../src/slack/dispatch/click.ts';
import { doctorButtons } from './health/doctor/actions.ts';
import { homeButtons } from './home/actions.ts';
import { keyButtons } from './keys/actions.ts';
import { leaseButtons } from './health/watch/actions.ts';
import { planButtons } from './provision/actions.ts';
import { quotaButtons } from './quota/actions.ts';
import { runButtons } from './runs/actions.ts';
import { teardownButtons } from './teardown/actions.ts';

export const buttonTable: ReadonlyMap<string, Button> = new Map(
  [
    planButtons,
    runButtons,
    doctorButtons,
    leaseButtons,
    teardownButtons,
    askButtons,
    keyButtons,
    quotaButtons,
    homeButtons,
    approvalButtons,
  ].flatMap((buttons) => Object.entries(buttons)),
);
