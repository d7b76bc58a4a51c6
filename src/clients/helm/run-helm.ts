// One helm process: private kubeconfig and values, no secret in its arguments.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExecaError, execa } from 'execa';
import { type LlmgwError, fail } from '../../kernel/errors.ts';
import { withToken } from '../shared/access-tokens.ts';
import type { ClusterAccess } from '../shared/cluster-access.ts';
import { awayFault, explainAway } from '../shared/cluster-away.ts';
import { isApiAway } from '../shared/cluster-health.ts';
import type { HelmCall, HelmOptions } from './client.ts';
import { helmFault, isConnectionLost, isUnauthorized } from './faults.ts';
import { findHelm } from './find-helm.ts';
import { makeTemporaryFolder } from './temporary-folders.ts';

const timeoutMs = 300_000;

export interface RunCall extends HelmCall {
  readonly values?: Readonly<Record<string, string>> | undefined;
}

export type RunHelm = (
  doing: string,
  arguments_: readonly string[],
  call: RunCall,
) => Promise<string>;

/** @returns helm's output; its errors are faults. */
export function createRunHelm({
  access,
  tokens,
  binary,
  plainHttp,
  env = {},
}: HelmOptions): RunHelm {
  let found: Promise<string> | undefined;
  /** Helm prints an error's text without its status: for an unknown text, the API is asked. */
  const orAway = async (
    error: LlmgwError,
    to: ClusterAccess,
    signal: AbortSignal | undefined,
  ): Promise<LlmgwError> => {
    if (error.fault.code !== 'helm_failed') return error;
    const isAway = await isApiAway(to, await tokens.get(), signal);
    signal?.throwIfAborted();
    return isAway ? awayFault(error.fault.message) : error;
  };
  return async (doing, arguments_, call) => {
    found ??= findHelm(binary);
    const helm = await found.catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    const to = await access.get();
    const attempt = (token: string): Promise<string> =>
      runOnce(helm, arguments_, { to, token, call, env });
    const isRefused = (error: unknown): boolean => isUnauthorized(stderrOf(error));
    try {
      return await withToken(tokens, attempt, isRefused);
    } catch (error) {
      call.signal?.throwIfAborted();
      const stderr = stderrOf(error);
      if (isConnectionLost(stderr, to.server)) access.forget();
      const fault = helmFault(error, { doing, stderr, plainHttp, server: to.server });
      throw await explainAway(await orAway(fault, to, call.signal), access);
    }
  };
}

async function runOnce(
  helm: string,
  arguments_: readonly string[],
  at: {
    readonly to: ClusterAccess;
    readonly token: string;
    readonly call: RunCall;
    readonly env: NonNullable<HelmOptions['env']>;
  },
): Promise<string> {
  const folder = await makeTemporaryFolder().catch(refuseFolder);
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    const values = join(folder, 'values.json');
    const mode = 0o600;
    const config = toKubeconfig(at.to, at.token);
    await writeFile(kubeconfig, JSON.stringify(config), { mode }).catch(refuseFolder);
    await writeFile(values, JSON.stringify(at.call.values ?? {}), { mode }).catch(refuseFolder);
    const more = at.call.values === undefined ? [] : ['--values', values];
    const done = await execa(helm, [...arguments_, ...more, '--kubeconfig', kubeconfig], {
      // Helm gets only the required part of the bot's environment, which holds secrets.
      extendEnv: false,
      env: {
        // Otherwise its cache would go into the working directory.
        HOME: folder,
        ...at.env,
        HELM_CACHE_HOME: join(folder, 'cache'),
        HELM_CONFIG_HOME: join(folder, 'config'),
        HELM_DATA_HOME: join(folder, 'data'),
      },
      stdin: 'ignore',
      timeout: timeoutMs,
      ...(at.call.signal === undefined ? {} : { cancelSignal: at.call.signal }),
    });
    return done.stdout;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A read-only image without a volume for temporary files, or a full disk. */
function refuseFolder(error: unknown): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const message = `The temporary folder of helm is not writable (${code})`;
  throw fail('permanent', 'no_temporary_folder', message, {
    next: 'Mount a writable volume at /tmp or set TMPDIR to one, check its free space, then retry.',
    details: { code },
  });
}

function toKubeconfig(to: ClusterAccess, token: string) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'cluster',
        cluster: {
          server: to.server,
          ...(to.caCertificate === '' ? {} : { 'certificate-authority-data': to.caCertificate }),
        },
      },
    ],
    users: [{ name: 'llmgw', user: { token } }],
    contexts: [{ name: 'cluster', context: { cluster: 'cluster', user: 'llmgw' } }],
    'current-context': 'cluster',
  };
}

function stderrOf(error: unknown): string {
  return error instanceof ExecaError && typeof error.stderr === 'string' ? error.stderr : '';
}
