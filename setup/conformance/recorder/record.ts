// Run of one side: checks in order, with every exchange recorded.
import { readEndpoint } from '../../../src/gateway/endpoint.ts';
import { type Config, readConfig } from '../../../src/kernel/config.ts';
import { guidanceText } from '../../../src/kernel/guidance.ts';
import { LlmgwError, toFault } from '../../../src/kernel/errors.ts';
import { type Check, type CloudCheck, type Finding, differs, notObserved } from '../check.ts';
import { toRecording } from '../compare/recording.ts';
import { createScrubber } from '../compare/scrub.ts';
import { checks } from '../services/index.ts';
import { watchFetch } from '../wire/watch-fetch.ts';
import { watchHttp } from '../wire/watch-http.ts';
import { watchHttp2 } from '../wire/watch-http2.ts';
import { realConfig, throwAwayConfig } from './environment.ts';
import type { Order } from './messages.ts';
import { openSide, scrubberFor, serviceUrls } from './open-side.ts';
import { type Recorder, type Tell, tellFinding } from './recorder.ts';
import { openRealSide, type SideWorld, startSandboxSide } from './sandbox-side.ts';
import { shareLikeness } from './share-likeness.ts';
import { type ThrowAway, createThrowAway } from './throw-away.ts';

/** Never rejects: it reports a failure. */
export async function record(order: Order, tell: Tell, signal: AbortSignal): Promise<void> {
  let world: SideWorld | undefined;
  let scrubber = createScrubber();
  try {
    world = order.side === 'sandbox' ? await startSandboxSide(order) : openRealSide(order);
    const config = configFor(order, world);
    scrubber = scrubberFor(config, world.environment);
    await recordIn(order, { world, config, scrubber, tell, signal });
  } catch (error) {
    if (signal.aborted) return;
    const { message, next } = toFault(error);
    const words = next === undefined ? message : `${message}. ${guidanceText(next)}`;
    tell({ type: 'refused', message: scrubber.text(words) });
  } finally {
    await world?.stop();
  }
}

function configFor({ side, projectId, gateway }: Order, { environment }: SideWorld): Config {
  const config = side === 'real' ? realConfig(environment, projectId) : readConfig(environment);
  return gateway === 'throw-away' || gateway === 'remove' ? throwAwayConfig(config) : config;
}

interface Given extends Pick<Recorder, 'world' | 'scrubber' | 'tell' | 'signal'> {
  readonly config: Config;
}

async function recordIn(order: Order, given: Given): Promise<void> {
  const { world, config, scrubber, tell, signal } = given;
  const side = openSide(config, scrubber);
  const written: Promise<void>[] = [];
  let current: string | undefined;
  const urls = serviceUrls(config);
  const listener = {
    check: () => current,
    onExchange: (raw: Parameters<typeof toRecording>[0]) => {
      const recording = toRecording(raw, { urls, scrubber }).then((made) => {
        if (made !== undefined) tell({ type: 'recording', recording: made });
      });
      written.push(recording);
    },
  };
  const endings = [watchFetch(listener), watchHttp(listener), watchHttp2(listener)];
  const recorder: Recorder = {
    order,
    world,
    side,
    scrubber,
    tell,
    signal,
    as: async (check, work) => {
      current = check;
      try {
        return await work();
      } finally {
        current = undefined;
      }
    },
  };
  try {
    await runAll(recorder);
  } finally {
    await Promise.allSettled(written);
    for (const end of endings) end();
    await side.clients.close();
  }
}

async function runAll(recorder: Recorder): Promise<void> {
  const { order, side } = recorder;
  // Slack's checks take seconds and need no cloud.
  if (order.withSlack) await runChecks(recorder, checksOf('slack'));
  if (order.projectId === undefined) return;
  // No cloud check works without credentials, so a missing one is reported first.
  await side.clients.tokens.get();
  await shareLikeness(recorder);
  const throwAway = createThrowAway(recorder);
  try {
    if (order.gateway === 'remove') return await throwAway.remove();
    await runCloudChecks(recorder, throwAway);
  } finally {
    await throwAway.teardown();
    await throwAway.close();
  }
  if (order.gateway === 'throw-away') await runChecks(recorder, checksOf('afterwards'));
  else skip(recorder, 'afterwards', 'It needs a throw-away gateway: --gateway.');
}

async function runCloudChecks(recorder: Recorder, throwAway: ThrowAway): Promise<void> {
  const { order, tell, signal } = recorder;
  // A real project with a gateway is compared with a sandbox project that has one too.
  if (order.gateway === 'standing' && order.side === 'sandbox') await throwAway.prepare();
  const isStanding = order.gateway === 'standing' && (await hasEndpoint(recorder));
  tell({ type: 'standing', isStanding });
  const unobserved = await runChecks(recorder, checksOf('project'));
  if (signal.aborted) return;
  if (order.gateway === 'throw-away') {
    await throwAway.provision();
    // An API that was disabled before answers now.
    await runChecks(recorder, unobserved);
  }
  if (isStanding || (order.gateway === 'throw-away' && (await hasEndpoint(recorder)))) {
    await runChecks(recorder, checksOf('gateway'));
  } else if (!signal.aborted) skip(recorder, 'gateway', noGateway(order));
}

const hasEndpoint = async ({ side, signal }: Recorder): Promise<boolean> =>
  (await readEndpoint(side.context(signal).env, signal).catch(() => undefined)) !== undefined;

const noGateway = ({ gateway }: Order): string =>
  gateway === 'throw-away'
    ? 'The throw-away gateway did not come up.'
    : 'No gateway is up in this project: use --gateway, or run the kit while one is.';

const checksOf = (needs: Check['needs']): Check[] => checks.filter((one) => one.needs === needs);

/** @returns the checks that could not be observed. */
async function runChecks(recorder: Recorder, toRun: readonly Check[]): Promise<Check[]> {
  const unobserved: Check[] = [];
  for (const check of toRun) {
    if (recorder.signal.aborted) break;
    recorder.tell({ type: 'progress', text: check.id });
    const finding = await recorder.as(check.id, () => observe(recorder, check));
    tellFinding(recorder, check.id, finding);
    if (finding.verdict === 'not observed') unobserved.push(check);
  }
  return unobserved;
}

async function observe(recorder: Recorder, check: Check): Promise<Finding> {
  const { side, world, signal } = recorder;
  try {
    if (check.needs === 'slack') {
      return await check.observe({ api: side.slack, channel: world.channel });
    }
    return await observeCloud(check, recorder);
  } catch (error) {
    if (signal.aborted) return notObserved('The kit was stopped.');
    const { kind, code, message } = toFault(error);
    const seen = `${code}: ${message}`;
    // A client got an unknown answer; any other error counts as no answer.
    const isMisread =
      error instanceof LlmgwError && (kind === 'bug' || code === 'unexpected_answer');
    return isMisread ? differs(seen) : notObserved(seen);
  }
}

function observeCloud(check: CloudCheck, { side, order, signal }: Recorder): Promise<Finding> {
  const context = side.context(signal);
  return check.observe({
    env: context.env,
    context,
    isThrowAway: order.gateway === 'throw-away',
    speed: order.speed,
    signal,
  });
}

function skip(recorder: Recorder, needs: Check['needs'], reason: string): void {
  for (const { id } of checksOf(needs)) {
    tellFinding(recorder, id, notObserved(reason));
  }
}
