// What a newcomer reads first, at the top of #llm-gateway: where they are, and what to type, in order.
import type { VNode } from 'preact';
import type { Person } from './workspace-client.ts';

export interface WelcomeProps {
  readonly person: Person | undefined;
  /** Puts the words into the composer; the person presses Enter. */
  readonly onFill: (text: string) => void;
  readonly onSwitch: (id: string) => void;
}

interface FirstStep {
  readonly words: string;
  readonly says: string;
}

const steps: readonly FirstStep[] = [
  {
    words: '/llmgw provision',
    says: 'Shows what would be built and what it costs; one press builds and protects it. About a minute here.',
  },
  { words: '/llmgw key', says: 'A key of your own, in a window that only you see.' },
  {
    words: '/llmgw ask What is the capital of France?',
    says: 'Through gateway, Apigee and model. The sixth question within a minute meets the quota.',
  },
  { words: '/llmgw status', says: 'How the gateway stands, at any time.' },
  { words: '/llmgw teardown', says: 'Takes it all away again, after you have typed its name.' },
];

export function Welcome({ person, onFill, onSwitch }: WelcomeProps): VNode {
  const isOperator = person?.title === 'Operator';
  const first = person?.realName.split(' ')[0] ?? '';
  const isForOperators = ({ words }: FirstStep): boolean => /provision|teardown/.test(words);
  return (
    <section class="welcome" aria-label="Welcome">
      <p class="welcome-title">Welcome, {first}.</p>
      <p>
        This is a Slack workspace and a whole Google Cloud on your own machine. The bot in it is the
        real one: it builds, guards and runs your team’s LLM gateway. Nothing here costs money or
        leaves this machine.
      </p>
      <ol class="first-steps">
        {steps.map((step) => (
          <li key={step.words}>
            <button type="button" class="fill" onClick={() => onFill(step.words)}>
              {step.words}
            </button>
            <span>
              {step.says}
              {isForOperators(step) && !isOperator ? ' Operators only.' : ''}
            </span>
          </li>
        ))}
      </ol>
      <p class="quiet">
        A press puts the words into the field below; Enter sends them. <kbd>F6</kbd> moves between
        sidebar, messages and field.{' '}
        {isOperator ? (
          'You are Olivia, the operator. Become somebody else at the top left to see what they see.'
        ) : (
          <>
            You are {first}, and not an operator.{' '}
            <button type="button" class="link" onClick={() => onSwitch('U0OLIVIA')}>
              Become Olivia
            </button>
            , who is.
          </>
        )}
      </p>
    </section>
  );
}
