// Faults of the model servers and of what picks among them.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import { type FaultRow, again, doctor, edit, quoted, scheduledAsk, status } from './row.ts';
import { cutText } from '../../kernel/text.ts';

export const modelRows: readonly FaultRow[] = [
  {
    id: 'stream_failed',
    recognise: ({ midStream, model }) => midStream && model !== undefined,
    words: ({ model }, circumstances) => ({
      title: 'The model failed in the middle of the answer',
      meaning: `The model server broke off: ${quoted(model?.message ?? '', circumstances)}`,
      next: 'Ask again; if it happens again, shorten the prompt.',
      actions: [again, edit('Change the prompt')],
    }),
  },
  {
    id: 'no_healthy_upstream',
    recognise: ({ body }) => /no healthy upstream/i.test(body),
    words: (_seen, circumstances) => ({
      title: 'No model server is healthy',
      meaning:
        'The load balancer has no model server that passes its health check: they are loading, or have crashed.',
      next: guidance`Look at ${slashCommand('status')}, and ask again when the pods are ready, or let me do it later.`,
      actions: [status, scheduledAsk('Ask again in 3 min', 180_000, circumstances), doctor],
      retryAfterMs: 30_000,
    }),
  },
  {
    id: 'unknown_model',
    recognise: ({ model, status: code }) =>
      model !== undefined &&
      (/model .* does not exist/i.test(model.message) ||
        (code === 404 && model.type === 'NotFoundError')),
    words: (_seen, { model, ownModel }) =>
      model === ownModel
        ? {
            title: 'The model server does not have this model',
            meaning: `The gateway reached a model server, but it does not serve ${model}, which it was made for.`,
            next: guidance`An operator finds out what it serves with ${slashCommand('doctor')}.`,
            actions: [status, doctor],
          }
        : {
            title: 'The model server does not have this model',
            meaning: `There is no model or adapter named ${model} behind this gateway.`,
            next: `Ask without \`--model\`: this gateway serves ${ownModel}.`,
            actions: [{ kind: 'own_model', model: ownModel }, edit('Change the question')],
          },
  },
  {
    id: 'model_refused',
    recognise: ({ model, status: code }) =>
      model !== undefined && code !== undefined && code >= 400 && code < 500,
    words: ({ model }, circumstances) => ({
      title: 'The model server refused the request',
      meaning: `It says: ${quoted(model?.message ?? '', circumstances)}`,
      next: 'Change the request accordingly and ask again.',
      actions: [edit('Change it'), again],
    }),
  },
  {
    id: 'model_failed',
    recognise: ({ model }) => model !== undefined,
    words: ({ model }, circumstances) => ({
      title: 'The model server failed',
      meaning: `It says: ${quoted(model?.message ?? '', circumstances)}`,
      next: guidance`Ask again; if it happens again, an operator looks with ${slashCommand('doctor')}.`,
      actions: [again, status, doctor],
    }),
  },
  {
    id: 'picker_without_pods',
    recognise: ({ picker }) => picker === 'ServiceUnavailable',
    words: (_seen, circumstances) => ({
      title: 'No model server is ready',
      meaning: 'The endpoint picker, which chooses the model server, finds none that is ready.',
      next: guidance`Look at ${slashCommand('status')}; model servers may still be loading, and I can ask again later.`,
      actions: [status, scheduledAsk('Ask again in 3 min', 180_000, circumstances), doctor],
      retryAfterMs: 30_000,
    }),
  },
  {
    id: 'picker_refused',
    recognise: ({ picker }) => picker === 'BadRequest',
    words: ({ body }) => ({
      title: 'The endpoint picker could not read the request',
      meaning: `It says: ${cutText(body.trim(), 200)}`,
      next: 'Callers send a JSON body with `model` and `prompt`; if you asked here, ask again.',
      actions: [again, edit('Change the prompt')],
    }),
  },
  {
    id: 'picker_failed',
    recognise: ({ picker }) => picker !== undefined,
    words: ({ body }) => ({
      title: 'The endpoint picker failed',
      meaning: `The part that chooses a model server says: ${cutText(body.trim(), 200)}`,
      next: guidance`Ask again; if it happens again, an operator finds the cause with ${slashCommand('doctor')}.`,
      actions: [again, doctor],
    }),
  },
];
