// A sandbox with Google's control plane, Kubernetes and GKE, and the real GKE client.
import { ClusterManagerClient, type protos } from '@google-cloud/container';
import { credentials } from '@grpc/grpc-js';
import { GoogleAuth, OAuth2Client } from 'google-auth-library';
import { createGke, type Gke } from '../../gke/create-gke.ts';
import { createKubernetes } from '../../kubernetes/kubernetes.ts';
import { type OpenGoogle, openGoogle } from '../google/open-google.ts';
import type { SteppedClock } from '../google/stepped-clock.ts';

export interface OpenGke extends OpenGoogle {
  readonly gke: Gke;
  readonly kubernetes: ReturnType<typeof createKubernetes>;
  readonly client: ClusterManagerClient;
  /** Call settings with the token: the client adds none to a channel without TLS. */
  readonly authorized: CallSettings;
  /** Stops the services and keeps the state. */
  pause(): Promise<void>;
}

export interface CallSettings {
  readonly retry: null;
  readonly otherArgs: { readonly headers: { readonly authorization: string } };
}

export async function openGke(
  options: { clock?: SteppedClock; directory?: string } = {},
): Promise<OpenGke> {
  let gke: Gke | undefined;
  let kubernetes: ReturnType<typeof createKubernetes> | undefined;
  const opened = await openGoogle(options, async (context, google) => {
    kubernetes = createKubernetes(context, google.identity);
    gke = await createGke(context, {
      identity: google.identity,
      compute: google.compute,
      kubernetes,
      onWorkloadPool: google.identity.ensureWorkloadPool,
    });
  });
  if (gke === undefined || kubernetes === undefined) throw new Error('not started');
  const services = { gke, kubernetes };
  const client = new ClusterManagerClient({
    apiEndpoint: '127.0.0.1',
    port: Number(new URL(gke.url).port),
    sslCreds: credentials.createInsecure(),
    auth: new GoogleAuth({ authClient: new OAuth2Client() }),
  });
  const pause = async (): Promise<void> => {
    await client.close();
    await services.gke.stop();
    await services.kubernetes.stop();
  };
  const authorization = `Bearer ${opened.auth.credentials.access_token}`;
  return {
    ...opened,
    ...services,
    client,
    authorized: { retry: null, otherArgs: { headers: { authorization } } },
    pause: async () => {
      await pause();
      await opened.google.stop();
      await opened.close();
    },
    end: async () => {
      await pause();
      await opened.end();
    },
  };
}

/** The sample's cluster, with the settings of its gcloud command. */
export const wanted: protos.google.container.v1.ICluster = {
  name: 'infgw-cluster',
  network: 'default',
  subnetwork: 'default',
  networkConfig: { gatewayApiConfig: { channel: 'CHANNEL_STANDARD' } },
  workloadIdentityConfig: { workloadPool: 'llm-demo.svc.id.goog' },
  releaseChannel: { channel: 'RAPID' },
  resourceLabels: { purpose: 'test' },
  monitoringConfig: { componentConfig: { enableComponents: [1, 15] } },
  nodePools: [
    {
      name: 'default-pool',
      initialNodeCount: 3,
      config: { machineType: 'c2-standard-16', diskType: 'pd-standard' },
    },
  ],
};

export interface GrpcRefusal {
  readonly code: number;
  readonly details: string;
  readonly reason: string | undefined;
}

export async function refusal(call: Promise<unknown>): Promise<GrpcRefusal> {
  try {
    await call;
  } catch (error) {
    const { code, details, reason } = error as GrpcRefusal;
    return { code, details, reason };
  }
  throw new Error('The call was not refused.');
}
