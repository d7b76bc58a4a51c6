// The welcome text of #llm-gateway: the sandbox and the first commands.
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
    says: 'Shows the plan and its cost. Select Provision to build and protect the gateway, in about 1 min here.',
  },
  { words: '/llmgw key', says: 'Shows your API key. Only you see it.' },
  {
    words: '/llmgw ask What is the capital of France?',
    says: 'Asks the model through the gateway. The sixth question in a minute exceeds the quota.',
  },
  { words: '/llmgw status', says: 'Shows the state of the gateway.' },
  { words: '/llmgw teardown', says: 'Removes the gateway after you type its name.' },
];

export function Welcome({ person, onFill, onSwitch }: WelcomeProps): VNode {
  const isOperator = person?.title === 'Operator';
  const first = person?.realName.split(' ')[0] ?? '';
  const isForOperators = ({ words }: FirstStep): boolean => /provision|teardown/.test(words);
  return (
    <section class="welcome" aria-label="Welcome">
      <p class="welcome-title">Welcome, {first}.</p>
      <p>
        This is a simulated Slack workspace and Google Cloud on your machine. The bot is the real
        one: it builds, protects and runs the LLM gateway of your team. Nothing here costs money or
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
        Select a command to copy it into the message field, then press Enter. <kbd>F6</kbd> moves
        between the sidebar, the messages and the field.{' '}
        {isOperator ? (
          'You are Olivia, the operator. Switch to another person at the top left.'
        ) : (
          <>
            You are {first}, not an operator.{' '}
            <button type="button" class="link" onClick={() => onSwitch('U0OLIVIA')}>
              Switch to Olivia
            </button>
            , the operator.
          </>
        )}
      </p>
    </section>
  );
}
