// Faults of the model servers and of what picks among them.
import { type FaultRow, status } from './row.ts';

export const modelRows: readonly FaultRow[] = [
  {
    id: 'stream_failed',
    recognise: ({ midStream, model }) => midStream && model !== undefined,
    words: ({ model }) => ({
      title: 'The model failed in the middle of the answer',
      meaning: `The model server broke off: ${model?.message ?? ''}`,
      next: 'Ask again; if it happens again, shorten the prompt.',
    }),
  },
  {
    id: 'unknown_model',
    recognise: ({ model, status: code }) =>
      model !== undefined &&
      (/model .* does not exist/i.test(model.message) ||
        (code === 404 && model.type === 'NotFoundError')),
    words: (_seen, { model }) => ({
      title: 'The model server does not have this model',
      meaning: 'The gateway reached a model server, but it serves no model of this name.',
      next: `This gateway serves ${model}; ask an operator to look at \`/llmgw status\` if that is what you asked for.`,
      action: status,
    }),
  },
  {
    id: 'model_refused',
    recognise: ({ model, status: code }) =>
      model !== undefined && code !== undefined && code >= 400 && code < 500,
    words: ({ model }) => ({
      title: 'The model server refused the request',
      meaning: `It says: ${model?.message ?? ''}`,
      next: 'Change the request accordingly and ask again.',
    }),
  },
  {
    id: 'model_failed',
    recognise: ({ model }) => model !== undefined,
    words: ({ model }) => ({
      title: 'The model server failed',
      meaning: `It says: ${model?.message ?? ''}`,
      next: 'Ask again; if it happens again, tell an operator.',
      action: status,
    }),
  },
  {
    id: 'picker_without_pods',
    recognise: ({ picker }) => picker === 'ServiceUnavailable',
    words: () => ({
      title: 'No model server is ready',
      meaning: 'The endpoint picker, which chooses the model server, finds none that is ready.',
      next: 'Look at `/llmgw status`; model servers may still be loading.',
      action: status,
      retryAfterMs: 30_000,
    }),
  },
  {
    id: 'picker_refused',
    recognise: ({ picker }) => picker === 'BadRequest',
    words: ({ body }) => ({
      title: 'The endpoint picker could not read the request',
      meaning: `It says: ${body.trim().slice(0, 200)}`,
      next: 'Send a JSON body with `model` and `prompt`.',
    }),
  },
  {
    id: 'picker_failed',
    recognise: ({ picker }) => picker !== undefined,
    words: ({ body }) => ({
      title: 'The endpoint picker failed',
      meaning: `The part that chooses a model server says: ${body.trim().slice(0, 200)}`,
      next: 'Ask an operator to run `/llmgw provision`, which mends what drifted.',
    }),
  },
  {
    id: 'no_healthy_upstream',
    recognise: ({ body }) => /no healthy upstream/i.test(body),
    words: () => ({
      title: 'No model server is healthy',
      meaning:
        'The load balancer has no model server that passes its health check: they are loading, or have crashed.',
      next: 'Look at `/llmgw status`, and ask again when the pods are ready.',
      action: status,
      retryAfterMs: 30_000,
    }),
  },
];
