// Scenes of questions and answers: the modal, waiting, streaming, and every end.
import { explainedFault } from '../../../jobs/ask/answer/fault-view.ts';
import type { Answer } from '../../../jobs/ask/answer/notifier.ts';
import {
  type AskedBy,
  type Ending,
  answered,
  askedMessage,
  endingMessages,
  failedAnswer,
  fileSummary,
  growingMessage,
  interruptedAnswer,
  partsOf,
  stoppedAnswer,
  waitingMessage,
} from '../../../jobs/ask/answer/view.ts';
import { type AskModalParts, askModal } from '../../../jobs/ask/modal-view.ts';
import { fail } from '../../../src/kernel/errors.ts';
import { shorten } from '../../../src/kernel/text.ts';
import { say } from '../../../src/slack/messages/message.ts';
import { escapeText } from '../../../src/slack/messages/mrkdwn.ts';
import { type Chapter, type Scene, alice, channel, gateway, job, model } from '../scene.ts';

const asked: AskedBy = {
  user: alice,
  prompt: 'What is the capital of France?',
  job,
  isInThread: false,
  isPrivate: false,
};
const inThread: AskedBy = { ...asked, isInThread: true };
const text = 'The capital of France is **Paris**.';
const answer: Answer = {
  text,
  form: 'markdown',
  model,
  promptTokens: 7,
  completionTokens: 7,
  firstTokenMs: 306,
  totalMs: 509,
  quota: { limit: 5, window: 'minute', usedHere: 1 },
  cutAt: undefined,
  history: { shown: 0, left: 0 },
};

const end = (title: string, when: string, ending: Ending, of: AskedBy = asked): Scene[] =>
  endingMessages(of, ending, partsOf(ending.body)).map((message, index) => ({
    title: index === 0 ? title : `${title}, part ${index + 1}`,
    when,
    message,
  }));

const whole = (title: string, when: string, more: Partial<Answer>, of: AskedBy = asked): Scene[] =>
  end(title, when, answered(of, { ...answer, ...more }), of);

const modal = (title: string, when: string, more: Partial<AskModalParts> = {}): Scene => ({
  title,
  when,
  modal: askModal({
    job,
    isMore: false,
    about: undefined,
    kept: { gateway, channel },
    ...more,
  }),
});

const fault = fail('refused', 'no_key', 'You have no key for the gateway default', {
  next: 'Get one with `/llmgw key`.',
}).fault;

export const askScenes: Chapter = {
  title: 'Questions and answers',
  scenes: [
    modal('Modal', '`/llmgw ask`'),
    modal('Modal, in direct messages', '**Ask** on Home', { isDirect: true }),
    modal('Modal, in a thread', '**Ask more**', { isMore: true }),
    modal('Modal, about a message', 'the message shortcut', {
      about: 'The build fails with exit code 137.',
    }),
    modal('Modal, about a long message', 'the message shortcut', {
      about: 'A long line. '.repeat(150),
    }),
    modal('Modal, to edit a question', '**Shorten** under a fault', {
      initial: { prompt: 'What is the capital of France?', maxTokens: 512, isPrivate: true },
    }),
    modal('Modal, to edit a question that no field holds', '**Shorten** under a fault', {
      about: '',
      initial: { prompt: 'Why? '.repeat(700), maxTokens: undefined, isPrivate: false },
    }),
    { title: 'Question', when: 'its answer streams into the thread', message: askedMessage(asked) },
    {
      title: 'Question, answered',
      when: 'the answer is complete',
      message: askedMessage(asked, { status: 'ok' }),
    },
    {
      title: 'Question, failed',
      when: 'the answer failed',
      message: askedMessage(asked, { status: 'failed' }),
    },
    { title: 'Waiting', when: 'no token has arrived', message: waitingMessage(asked) },
    {
      title: 'Waiting for a whole answer',
      when: '`--raw`, or Slack streams nothing here',
      message: waitingMessage(asked, undefined, false),
    },
    {
      title: 'Waiting, delayed',
      when: 'a new key is not active yet',
      message: waitingMessage(
        asked,
        'Your key is new: the gateway may take up to three minutes to accept it.',
      ),
    },
    { title: 'Streaming', when: 'tokens arrive', message: growingMessage(asked, 'The capital') },
    {
      title: 'Streaming again',
      when: 'the worker was lost and another one asks again',
      message: growingMessage(inThread, 'The capital', true),
    },
    ...whole('Answer', 'the answer is complete', {}),
    ...whole('Answer, private', '`--private`', {}, { ...asked, isPrivate: true }),
    ...whole('Answer, raw', '`--raw`', {
      form: 'raw',
      text: 'HTTP 200\ncontent-type: application/json\n\n{"choices":[]}',
      completionTokens: undefined,
      firstTokenMs: undefined,
    }),
    ...whole('Answer, empty', 'the model sent no text', { text: '' }),
    ...whole('Answer, cut at the token limit', 'the model reached `--max-tokens`', { cutAt: 256 }),
    ...whole('Answer, cut by the content filter', 'the model server filtered it', {
      isFiltered: true,
    }),
    ...whole('Answer, history dropped', 'the thread is longer than the context', {
      history: { shown: 4, left: 2 },
    }),
    ...whole('Answer, long', 'the answer needs two messages', {
      text: 'The capital of France is Paris. '.repeat(370),
    }).map(shortened),
    {
      title: 'Answer as a file',
      when: 'the answer needs more than three messages',
      message: say(fileSummary('```\ncode\n```\nThe capital of France is Paris. '.repeat(800))),
    },
    ...end('Stopped', '**Stop** before the first token', stoppedAnswer(asked, '')),
    ...end('Stopped, partial', '**Stop** during the answer', stoppedAnswer(asked, 'The capital')),
    ...end('Failed before the gateway', 'the asker has no key', failedAnswer(asked, fault, [])),
    ...end('Interrupted', 'the worker was lost, and the question with it', interruptedAnswer()),
    ...end(
      'Cut by a fault',
      'the gateway failed during the answer',
      explainedFault(
        asked,
        {
          row: 'stream_cut',
          title: 'The answer was cut off',
          meaning: 'The connection ended in the middle of the answer.',
          next: 'Ask again.',
          actions: [{ kind: 'again' }],
          status: 200,
        },
        'The capital',
      ),
    ),
  ],
};

/** The text of a long answer is not copy. */
function shortened(scene: Scene): Scene {
  if (!('message' in scene)) return scene;
  const { message } = scene;
  return {
    ...scene,
    message: {
      ...message,
      text: escapeText(shorten(message.text, 200)),
      blocks: message.blocks.map((block) =>
        block.type === 'markdown' ? { ...block, text: shorten(block.text, 60) } : block,
      ),
    },
  };
}
