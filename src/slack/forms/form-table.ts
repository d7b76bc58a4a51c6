// The forms, one a line.
import { submitAsk } from '../ask-window.ts';
import { submitTeardown } from '../teardown-window.ts';
import { askForm } from '../views/ask-window.ts';
import { teardownForm } from '../views/teardown.ts';
import type { Form } from './form.ts';

/** By the callback of their window. */
export const formTable: ReadonlyMap<string, Form> = new Map([
  [teardownForm.callback, { isAudited: true, submit: submitTeardown }],
  // What people ask is theirs.
  [askForm.callback, { isAudited: false, submit: submitAsk }],
]);
