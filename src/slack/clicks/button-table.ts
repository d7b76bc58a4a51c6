// The buttons, a line for those of one thing; each is in the file of that name.
import { approvalButtons } from './approval.ts';
import { askButtons } from './ask.ts';
import type { Button } from './click.ts';
import { doctorButtons } from './doctor.ts';
import { homeButtons } from './home.ts';
import { keyButtons } from './key.ts';
import { leaseButtons } from './lease.ts';
import { planButtons } from './plan.ts';
import { quotaButtons } from './quota.ts';
import { runButtons } from './run.ts';
import { teardownButtons } from './teardown.ts';

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
