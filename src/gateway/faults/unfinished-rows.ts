// Rows of incomplete answers with status 200, by their ending.
import { guidance, slashCommand } from '../../kernel/guidance.ts';
import { type FaultRow, again, doctor, edit, quoted } from './row.ts';

const toolCalls = ['tool_calls', 'function_call'];

export const unfinishedRows: readonly FaultRow[] = [
  {
    id: 'no_tokens_left',
    recognise: ({ unfinished }) => unfinished?.why === 'only_reasoning',
    words: ({ unfinished }) => {
      const isCut = unfinished?.why === 'only_reasoning' && unfinished.isCut;
      return {
        title: isCut ? 'Token limit reached' : 'No answer text',
        meaning: isCut
          ? 'The model used all tokens for its reasoning, before the answer began.'
          : 'The model ended after its reasoning and returned no answer.',
        next: 'Raise `--max-tokens`, then retry.',
        actions: [edit('Raise --max-tokens'), again],
      };
    },
  },
  {
    id: 'tool_requested',
    recognise: ({ unfinished }) =>
      unfinished?.why === 'ended_with' && toolCalls.includes(unfinished.finishReason),
    words: () => ({
      title: 'Tool call requested',
      meaning: 'The model requested a tool call. This bot offers no tools.',
      next: 'Rephrase the question, then retry.',
      actions: [edit('Edit the prompt'), again],
    }),
  },
  {
    id: 'model_declined',
    recognise: ({ unfinished }) => unfinished?.why === 'refused',
    words: ({ unfinished }, circumstances) => {
      const refusal = unfinished?.why === 'refused' ? unfinished.refusal : '';
      return {
        title: 'Model declined to answer',
        meaning:
          refusal === ''
            ? 'The model refused this request without a reason.'
            : `The model says: ${quoted(refusal, circumstances)}`,
        next: 'Rephrase the question, then retry.',
        actions: [edit('Edit the prompt'), again],
      };
    },
  },
  {
    id: 'answer_filtered',
    recognise: ({ unfinished }) => unfinished?.why === 'filtered',
    words: () => ({
      title: 'Answer filtered',
      meaning: "The model server's content filter removed the whole answer.",
      next: 'Rephrase the question, then retry.',
      actions: [edit('Edit the prompt'), again],
    }),
  },
  {
    id: 'answer_empty',
    recognise: ({ unfinished }) => unfinished?.why === 'empty',
    words: () => ({
      title: 'Empty answer',
      meaning: 'The model returned no text.',
      next: 'Rephrase the question, then retry.',
      actions: [again, edit('Edit the prompt')],
    }),
  },
  {
    id: 'answer_unfinished',
    recognise: ({ unfinished, network }) => unfinished !== undefined && network === undefined,
    words: ({ unfinished }) => ({
      title: 'Incomplete answer',
      meaning:
        unfinished?.why === 'ended_with'
          ? `The model server stopped early with finish reason \`${unfinished.finishReason.slice(0, 40)}\`.`
          : 'The model server sent no finish reason, so the answer may be incomplete.',
      next: guidance`Retry. If it fails again, an operator can run ${slashCommand('doctor')}.`,
      actions: [again, doctor],
    }),
  },
];
