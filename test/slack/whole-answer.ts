// A complete answer of the model, in the form that jobs pass to Slack.
import type { Answer } from '../../jobs/ask/answer/notifier.ts';

export const wholeAnswer = (text: string): Answer => ({
  form: 'markdown',
  cutAt: undefined,
  history: { shown: 0, left: 0 },
  text,
  model: 'm',
  promptTokens: 1,
  completionTokens: 1,
  firstTokenMs: 1,
  totalMs: 1,
  quota: { limit: 5, window: 'minute', usedHere: 1 },
});
