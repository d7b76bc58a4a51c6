// GET /_sandbox/kubeconfig: every cluster, with a fresh token, for kubectl and helm.
import type { SandboxContext } from '../core/context.ts';
import type { Kubernetes } from './cluster.ts';

export function serveKubeconfig(
  context: SandboxContext,
  kubernetes: Kubernetes,
  newToken: () => string,
): void {
  context.http.get('/_sandbox/kubeconfig', (_request, reply) => {
    const clusters = kubernetes.list();
    const [first] = clusters;
    if (first === undefined) {
      return reply.code(404).type('text/plain').send('No cluster exists yet: /llmgw provision\n');
    }
    return {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': first.spec.name,
      clusters: clusters.map(({ spec, endpoint, caCertificate }) => ({
        name: spec.name,
        cluster: {
          server: `https://${endpoint}`,
          'certificate-authority-data': caCertificate,
        },
      })),
      users: [{ name: 'sandbox', user: { token: newToken() } }],
      contexts: clusters.map(({ spec }) => ({
        name: spec.name,
        context: { cluster: spec.name, user: 'sandbox' },
      })),
    };
  });
}
