// Commands that a view prints or runs, and the gateways that they name.
import { chosenGateway, type KnownGateways } from '../../src/slack/dispatch/gateway-choice.ts';
import { handlers } from '../../jobs/index.ts';
import { parseCommand } from '../../src/slack/dispatch/parse-command.ts';
import { effectiveGateway } from '../../src/gateway/options.ts';
import { readConfig } from '../../src/kernel/config.ts';

const { gateways } = readConfig({
  PROJECT_ID: 'llm-demo',
  HF_TOKEN: 'hf_token_of_the_test',
  SLACK_BOT_TOKEN: 'xoxb-token-of-the-test',
  SLACK_SIGNING_SECRET: 'signing-secret-of-the-test',
  LLMGW_OPERATORS: 'U0OLIVIA',
  REDIS_URL: 'redis://127.0.0.1:1',
});
const first = Object.values(gateways)[0];
if (first === undefined) throw new Error('no gateway is configured');

/** `default`, and `staging`. */
export const twoGateways: KnownGateways = {
  gateways: { default: first, staging: { ...effectiveGateway(first, {}), name: 'staging' } },
};

/** Samples for placeholders that a person replaces. */
const samples: Readonly<Record<string, string>> = {
  N: '2',
  TYPE: 'c2-standard-16',
  APP: 'ci',
  '@PERSON': '<@U0ALICE>',
  '@them': '<@U0ALICE>',
};

/** Every command in backticks, and every command that a button runs. */
export function printedCommands(shown: unknown): string[] {
  if (typeof shown === 'string') {
    return [...shown.matchAll(/`\/llmgw ([^`]+)`/g)].map(([, command = '']) => command);
  }
  if (Array.isArray(shown)) return shown.flatMap(printedCommands);
  if (typeof shown !== 'object' || shown === null) return [];
  const { action_id: action, value } = shown as Record<string, unknown>;
  const isTyped = typeof action === 'string' && action.startsWith('command.');
  const typed = isTyped && typeof value === 'string' ? [value] : [];
  return [...typed, ...Object.values(shown).flatMap(printedCommands)];
}

/** For each printed command about a gateway: its parsed gateway, or the problem. */
export function gatewaysIn(shown: unknown): Record<string, string> {
  const found = printedCommands(shown).flatMap((command): [string, string][] => {
    const text = command
      .split(' ')
      .map((word) => samples[word] ?? word)
      .join(' ');
    const parsed = parseCommand(text, handlers.grammars);
    if (parsed.kind !== 'command') return [[command, JSON.stringify(parsed)]];
    const form = handlers.commands.find(({ name }) => name === parsed.command.name);
    if (form?.options['gateway'] === undefined) return [];
    const { argument } = form;
    // The arguments of `key` and `quota` are verbs, apps and people.
    const isWord = argument.kind === 'words' && argument.max === 1;
    const words = isWord ? parsed.command.words : [];
    return [[command, chosenGateway(twoGateways, { ...parsed.command, words }, 'default').name]];
  });
  return Object.fromEntries(found);
}
