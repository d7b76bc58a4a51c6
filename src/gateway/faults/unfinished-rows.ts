// Answers that came with status 200 and are not whole: how they ended says why.
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
        title: isCut ? 'No tokens were left for the answer' : 'The model gave no answer',
        meaning: isCut
          ? 'The model used all of its tokens before the answer began: it reasons first.'
          : 'The model ended after its reasoning, without an answer.',
        next: 'Raise `--max-tokens` and ask again.',
        actions: [edit('Raise --max-tokens'), again],
      };
    },
  },
  {
    id: 'tool_requested',
    recognise: ({ unfinished }) =>
      unfinished?.why === 'ended_with' && toolCalls.includes(unfinished.finishReason),
    words: () => ({
      title: 'The model asked for a tool',
      meaning: 'The model wants to call a function, and this bot offers none.',
      next: 'Ask in other words, or ask again.',
      actions: [edit('Change the prompt'), again],
    }),
  },
  {
    id: 'model_declined',
    recognise: ({ unfinished }) => unfinished?.why === 'refused',
    words: ({ unfinished }, circumstances) => {
      const refusal = unfinished?.why === 'refused' ? unfinished.refusal : '';
      return {
        title: 'The model declined to answer',
        meaning:
          refusal === ''
            ? 'The model refused this request and gave no reason.'
            : `The model says: ${quoted(refusal, circumstances)}`,
        next: 'Change the prompt and ask again.',
        actions: [edit('Change the prompt'), again],
      };
    },
  },
  {
    id: 'answer_filtered',
    recognise: ({ unfinished }) => unfinished?.why === 'filtered',
    words: () => ({
      title: 'A content filter removed the answer',
      meaning: "The model server's content filter ended the answer before its first word.",
      next: 'Change the prompt and ask again.',
      actions: [edit('Change the prompt'), again],
    }),
  },
  {
    id: 'answer_empty',
    recognise: ({ unfinished }) => unfinished?.why === 'empty',
    words: () => ({
      title: 'The answer was empty',
      meaning: 'The model ended without writing anything.',
      next: 'Ask again, or change the prompt.',
      actions: [again, edit('Change the prompt')],
    }),
  },
  {
    id: 'answer_unfinished',
    recognise: ({ unfinished, network }) => unfinished !== undefined && network === undefined,
    words: ({ unfinished }) => ({
      title: 'The answer was not finished',
      meaning:
        unfinished?.why === 'ended_with'
          ? `The model server stopped early, with the finish reason \`${unfinished.finishReason.slice(0, 40)}\`.`
          : 'The model server ended the answer without a finish reason, so it may be cut.',
      next: guidance`Ask again; if it happens again, an operator looks with ${slashCommand('doctor')}.`,
      actions: [again, doctor],
    }),
  },
];
