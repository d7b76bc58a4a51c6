// `npm run -s say`: a person's action in the sandbox's Slack, with the screen.
import { UsageError, USAGE, readArguments } from './arguments.ts';
import { converse } from './conversation.ts';
import { createPrinter } from './printer.ts';
import { SayError, createSandboxClient } from './sandbox-client.ts';

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2), process.env);
  if (asked === 'help') {
    console.log(USAGE);
    return 0;
  }
  const client = createSandboxClient(asked.url);
  const printer = createPrinter({
    people: await client.people(),
    isJson: asked.json,
    isLive: asked.wait,
    print: (line) => console.log(line),
    note: (line) => console.error(line),
  });
  const ending = await converse(client, asked, printer);
  printer.end(ending);
  if (ending.status === 'timeout') {
    console.error(`No outcome after ${asked.timeoutMs / 1000} s.`);
  }
  return ['failed', 'refused', 'timeout'].includes(ending.status) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else if (error instanceof SayError) {
    console.error(error.message);
    process.exitCode = 1;
  } else throw error;
}
