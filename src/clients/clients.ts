// Clients of every external service, as one value. Types only.
import type { GatewayConfig } from '../kernel/config.ts';
import type { ApigeeClient } from './apigee/client.ts';
import type { GkeClient } from './gke/client.ts';
import type { AccessTokens } from './shared/access-tokens.ts';
import type { BillingClient } from './google/billing.ts';
import type { ComputeClient } from './google/compute.ts';
import type { IamClient } from './google/iam.ts';
import type { ResourceManagerClient } from './google/resource-manager.ts';
import type { ServiceUsageClient } from './google/service-usage.ts';
import type { HelmClient } from './helm/client.ts';
import type { HuggingFaceClient } from './huggingface/client.ts';
import type { InferenceClient } from './inference/client.ts';
import type { KubernetesClient } from './kubernetes/client.ts';

export interface Clients {
  readonly tokens: AccessTokens;
  readonly serviceUsage: ServiceUsageClient;
  readonly resourceManager: ResourceManagerClient;
  readonly billing: BillingClient;
  readonly iam: IamClient;
  readonly compute: ComputeClient;
  readonly gke: GkeClient;
  /** The API of the gateway's cluster, found through GKE on first use. Its calls fail with refused/no_cluster while there is none. */
  kubernetes(gateway: GatewayConfig): KubernetesClient;
  helm(gateway: GatewayConfig): HelmClient;
  /** Apigee's management API, in the gateway's organization. */
  apigee(gateway: GatewayConfig): ApigeeClient;
  readonly huggingFace: HuggingFaceClient;
  readonly inference: InferenceClient;
  close(): Promise<void>;
}
