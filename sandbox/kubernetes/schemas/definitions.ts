// Custom resource definitions of a GKE cluster with the Gateway API.
import type { KubeObject } from '../cluster.ts';
import { routingExtension, trafficExtension } from './gcp-extensions.ts';
import { backendPolicy, gatewayPolicy, healthCheckPolicy } from './gcp-policies.ts';
import { gateway, gatewayClass, referenceGrant } from './gateway.ts';
import { httpRoute } from './http-route.ts';
import { inferencePool } from './inference-pool.ts';

export function gatewayDefinitions(): KubeObject[] {
  return [
    gatewayClass(),
    gateway(),
    httpRoute(),
    referenceGrant(),
    inferencePool(),
    trafficExtension(),
    routingExtension(),
    backendPolicy(),
    gatewayPolicy(),
    healthCheckPolicy(),
  ];
}
