// A cluster with active controllers, and kubectl and helm for it.
import { rmSync } from 'node:fs';
import { kubeShell, type KubeShell } from '../../support/kube-tools.ts';
import { openCluster, type OpenCluster } from '../../controllers/open-cluster.ts';
import { fetchToken } from '../../google/open-google.ts';

export interface OpenShell {
  readonly open: OpenCluster;
  readonly shell: KubeShell;
  /** Runs a kubectl command line without spaces in arguments; returns its output even on error. */
  kubectl(line: string, input?: object): Promise<string>;
  end(): Promise<void>;
}

export async function openShell(speed = 600): Promise<OpenShell> {
  const open = await openCluster({ speed });
  const { endpoint, caCertificate } = open.cluster;
  const shell = kubeShell({
    endpoint,
    caCertificate,
    token: await fetchToken(open.context.baseUrl),
  });
  return {
    open,
    shell,
    kubectl: async (line, input) => {
      const options = input === undefined ? {} : { input: JSON.stringify(input) };
      const run = await shell.kubectl(line.split(' '), { reject: false, ...options });
      return `${run.stdout}\n${run.stderr}`.trim();
    },
    end: async () => {
      await open.end();
      rmSync(shell.folder, { recursive: true, force: true });
    },
  };
}
