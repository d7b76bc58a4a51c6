// Home job: reads every gateway with the person's keys and usage.
import type { HomeContext } from './notifier.ts';
import type { Profile } from '../../src/kernel/profile.ts';
import type { HomePayload } from './payload.ts';
import { toFault } from '../../src/kernel/errors.ts';
import type { GatewayHome, HomeReport, PartOf } from './report.ts';
import { ownerOf } from '../../src/gateway/developer.ts';
import { readKeyApps } from '../keys/list.ts';
import { notYet } from '../../src/kernel/not-yet.ts';
import { allApps, readQuota } from '../quota/job.ts';
import { readStatus } from '../health/status/job.ts';
import { lastConfigured } from '../health/status/observe-gateway.ts';

/** A service that hangs must not delay the rest. */
const patienceMs = 20_000;

/** A failure is logged, not posted: the person only opened a page. @throws transient faults, to be retried. */
export async function home(context: HomeContext, { to }: HomePayload): Promise<void> {
  const { notifier, isLastAttempt, log, signal } = context;
  try {
    const page = await notifier.openHome(to.user);
    await page.show(await readHome(context, to.user));
  } catch (error) {
    signal.throwIfAborted();
    const fault = toFault(error);
    if (fault.code === notYet || (fault.kind === 'transient' && !isLastAttempt)) throw error;
    log.warn({ job: to.job, err: fault }, 'home publish failed');
  }
}

async function readHome(context: HomeContext, user: string): Promise<HomeReport> {
  const at = Date.now();
  const profile = context.notifier.profile(user);
  // Each gateway reports the parts that it could not read without it.
  profile.catch(() => undefined);
  const gateways = await Promise.all(
    context.gateways.map((gateway) => readGateway(context, { gateway, user, profile })),
  );
  return { user, at, gateways };
}

interface HomeRequest {
  readonly gateway: string;
  readonly user: string;
  readonly profile: Promise<Profile>;
}

async function readGateway(
  context: HomeContext,
  { gateway, user, profile }: HomeRequest,
): Promise<GatewayHome> {
  const patience = AbortSignal.timeout(patienceMs);
  const signal = AbortSignal.any([context.signal, patience]);
  const within = { ...context, signal };
  const configured = lastConfigured(context, gateway);
  const env = configured.then((found) => found.env);
  env.catch(() => undefined);
  // The profile is the same for every gateway; the developer is looked up once for both parts.
  const profileOnce = { ...context.notifier, profile: () => profile };
  const reading = env.then((found) => ownerOf({ ...within, notifier: profileOnce }, found, user));
  reading.catch(() => undefined);
  const owner = (): Promise<Profile> => reading;
  const part = async <T>(read: () => Promise<T>): Promise<PartOf<T>> => {
    try {
      return { found: await read() };
    } catch (error) {
      context.signal.throwIfAborted();
      const message = 'No response in time';
      if (patience.aborted) return { fault: { kind: 'transient', code: 'unavailable', message } };
      return { fault: toFault(error) };
    }
  };
  const [status, activeRun, apps, quota] = await Promise.all([
    part(async () => readStatus(within, await configured)),
    context.runs.activeRun(gateway),
    part(async () => readKeyApps(await env, await owner(), signal)),
    part(async () => {
      const theirs = async () => allApps(await env, await owner(), signal);
      return readQuota(within, await env, { user, reader: user, theirs, span: 'week' });
    }),
  ]);
  return { gateway, status, activeRun, apps, quota };
}
