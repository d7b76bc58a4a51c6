// Helm releases by the real helm binary.
import { LlmgwError, fail } from '../../kernel/errors.ts';
import type { ClusterAccessSource } from '../shared/cluster-access.ts';
import type { AccessTokens } from '../shared/access-tokens.ts';
import { type RunHelm, createRunHelm } from './run-helm.ts';
import { metadata as metadataAnswer, values as valuesAnswer } from './schema.ts';

export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  /** `deployed`, `failed`, `pending-install`, `pending-upgrade`, `uninstalling`, … */
  readonly status: string;
  /** `apigee-apim-operator-helm` */
  readonly chart: string;
  /** `1.1.1` */
  readonly version: string;
  /** ms since the epoch. */
  readonly deployedAt: number;
  /** User-supplied values. */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ReleaseSpec {
  readonly name: string;
  readonly namespace: string;
  /** `oci://…/apigee-apim-operator-helm` */
  readonly chart: string;
  readonly version: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface HelmCall {
  readonly signal?: AbortSignal | undefined;
}

export interface HelmClient {
  /** The newest revision; undefined when there is none. */
  getRelease(name: string, namespace: string, call?: HelmCall): Promise<HelmRelease | undefined>;
  /**
   * `helm upgrade --install --create-namespace`, without waiting for its objects: the step's wait checks them.
   * A pending state of a killed helm is undone first.
   * @throws transient/busy while another helm may still be changing the release.
   */
  install(spec: ReleaseSpec, call?: HelmCall): Promise<void>;
  /** A missing release counts as uninstalled. */
  uninstall(name: string, namespace: string, call?: HelmCall): Promise<void>;
}

export interface HelmOptions {
  readonly access: ClusterAccessSource;
  readonly tokens: AccessTokens;
  /** HELM_BIN. */
  readonly binary: string | undefined;
  /** The complete environment of helm, apart from its own folders. */
  readonly env?: Readonly<Record<string, string>>;
  /** Charts come from a registry without TLS. */
  readonly plainHttp: boolean;
}

/** An install without waits takes seconds: a longer pending state was left by a dead helm. */
const pendingMs = 30_000;

export function createHelm(options: HelmOptions): HelmClient {
  const run = createRunHelm(options);

  /** Takes back fields from other managers: only a helm with this flag meets such a conflict. */
  const runForced: RunHelm = async (doing, arguments_, call) => {
    try {
      return await run(doing, arguments_, call);
    } catch (error) {
      if (!(error instanceof LlmgwError) || error.fault.code !== 'field_conflict') throw error;
      return run(doing, [...arguments_, '--force-conflicts'], call);
    }
  };

  const getRelease = async (
    name: string,
    namespace: string,
    call: HelmCall = {},
  ): Promise<HelmRelease | undefined> => {
    const where = ['--namespace', namespace, '--output', 'json'];
    const doing = `Reading Helm release ${name}`;
    try {
      const metadata = metadataAnswer.parse(
        JSON.parse(await run(doing, ['get', 'metadata', name, ...where], call)),
      );
      const values = valuesAnswer.parse(
        JSON.parse(await run(doing, ['get', 'values', name, ...where], call)),
      );
      return { ...metadata, values: values ?? {} };
    } catch (error) {
      if (error instanceof LlmgwError && error.fault.code === 'not_found') return undefined;
      throw error;
    }
  };

  const clearPending = async (release: HelmRelease, call: HelmCall): Promise<void> => {
    const { name, namespace, status } = release;
    const age = Date.now() - release.deployedAt;
    if (age < pendingMs) {
      throw fail('transient', 'busy', `Helm release ${name} is ${status}`, {
        retryAfterMs: pendingMs - age,
      });
    }
    const doing = `Rolling back Helm release ${name} from ${status}`;
    const where = ['--namespace', namespace];
    if (status === 'pending-install') {
      await run(doing, ['uninstall', name, '--no-hooks', ...where], call);
    } else {
      await runForced(doing, ['rollback', name, ...where], call);
    }
  };

  const uninstall: HelmClient['uninstall'] = async (name, namespace, call = {}) => {
    await run(
      `Uninstalling Helm release ${name}`,
      ['uninstall', name, '--namespace', namespace, '--ignore-not-found'],
      call,
    );
  };

  return {
    getRelease,
    install: async (spec, call = {}) => {
      const { name, namespace, chart, version } = spec;
      const existing = await getRelease(name, namespace, call);
      if (existing?.status.startsWith('pending-') === true) await clearPending(existing, call);
      // Helm can neither install nor upgrade a release whose uninstall was killed.
      if (existing?.status === 'uninstalling') await uninstall(name, namespace, call);
      await runForced(
        `Installing Helm release ${name} (${chart} ${version})`,
        upgradeOf(spec, options),
        { ...call, values: spec.values },
      );
    },
    uninstall,
  };
}

function upgradeOf(
  { name, namespace, chart, version }: ReleaseSpec,
  { plainHttp }: HelmOptions,
): string[] {
  return [
    'upgrade',
    name,
    chart,
    '--install',
    '--create-namespace',
    '--reset-values',
    `--version=${version}`,
    `--namespace=${namespace}`,
    ...(plainHttp ? ['--plain-http'] : []),
  ];
}
