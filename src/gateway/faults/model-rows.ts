// Rows of the model servers and the endpoint picker.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import { type FaultRow, again, doctor, edit, quoted, scheduledAsk, status } from './row.ts';
import { cutText } from '../../kernel/text.ts';

export const modelRows: readonly FaultRow[] = [
  {
    id: 'stream_failed',
    recognise: ({ midStream, model }) => midStream && model !== undefined,
    words: ({ model }, circumstances) => ({
      title: 'Model failed mid-answer',
      meaning: `The model server reports: ${quoted(model?.message ?? '', circumstances)}`,
      next: 'Retry. If it fails again, shorten the prompt.',
      actions: [again, edit('Edit the prompt')],
    }),
  },
  {
    id: 'no_healthy_upstream',
    recognise: ({ body }) => /no healthy upstream/i.test(body),
    words: (_seen, circumstances) => ({
      title: 'No healthy model server',
      meaning: 'No model server passes its health check. The pods are loading or have crashed.',
      next: guidance`Check ${slashCommand('status')}, then retry when the pods are ready.`,
      actions: [status, scheduledAsk('Retry in 3 min', 180_000, circumstances), doctor],
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
            title: 'Configured model not served',
            meaning: `The model server does not serve ${model}, the configured model of this gateway.`,
            next: guidance`Ask an operator to run ${slashCommand('doctor')}.`,
            actions: [status, doctor],
          }
        : {
            title: 'Unknown model',
            meaning: `This gateway serves no model or adapter named ${model}.`,
            next: `Ask without \`--model\`: this gateway serves ${ownModel}.`,
            actions: [{ kind: 'own_model', model: ownModel }, edit('Edit the prompt')],
          },
  },
  {
    id: 'model_refused',
    recognise: ({ model, status: code }) =>
      model !== undefined && code !== undefined && code >= 400 && code < 500,
    words: ({ model }, circumstances) => ({
      title: 'Request refused by model',
      meaning: `The model server reports: ${quoted(model?.message ?? '', circumstances)}`,
      next: 'Correct the request, then retry.',
      actions: [edit('Edit the prompt'), again],
    }),
  },
  {
    id: 'model_failed',
    recognise: ({ model }) => model !== undefined,
    words: ({ model }, circumstances) => ({
      title: 'Model server error',
      meaning: `The model server reports: ${quoted(model?.message ?? '', circumstances)}`,
      next: guidance`Retry. If it fails again, an operator can run ${slashCommand('doctor')}.`,
      actions: [again, status, doctor],
    }),
  },
  {
    id: 'picker_without_pods',
    recognise: ({ picker }) => picker === 'ServiceUnavailable',
    words: (_seen, circumstances) => ({
      title: 'No model server ready',
      meaning: 'The endpoint picker finds no ready model server. The pods may still be loading.',
      next: guidance`Check ${slashCommand('status')}, then retry when the pods are ready.`,
      actions: [status, scheduledAsk('Retry in 3 min', 180_000, circumstances), doctor],
    }),
  },
  {
    id: 'picker_refused',
    recognise: ({ picker }) => picker === 'BadRequest',
    words: ({ body }) => ({
      title: 'Invalid request body',
      meaning: `The endpoint picker reports: ${cutText(body.trim(), 200)}`,
      next: 'Send a JSON body with `model` and `prompt`. For a question from Slack, retry.',
      actions: [again, edit('Edit the prompt')],
    }),
  },
  {
    id: 'picker_failed',
    recognise: ({ picker }) => picker !== undefined,
    words: ({ body }) => ({
      title: 'Endpoint picker failed',
      meaning: `The endpoint picker reports: ${cutText(body.trim(), 200)}`,
      next: guidance`Retry. If it fails again, an operator can run ${slashCommand('doctor')}.`,
      actions: [again, doctor],
    }),
  },
];
