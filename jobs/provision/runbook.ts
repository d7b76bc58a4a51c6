// Provision runbook: all steps, each started once its needs are finished.
import type { Runbook } from '../../src/engine/step.ts';
import { isGuarded } from '../../src/gateway/options.ts';
import type { ProvisionEnv } from '../../src/gateway/env.ts';
import { protectFirst } from './protect-first.ts';
import { withPropagation } from './step-parts/with-propagation.ts';
import { attachTrafficExtension } from './steps/attach-traffic-extension.ts';
import { checkProject } from './steps/check-project.ts';
import { createApiProduct } from './steps/create-api-product.ts';
import { createApigeeEnvironment } from './steps/create-apigee-environment.ts';
import { createBackendService } from './steps/create-backend-service.ts';
import { createCluster } from './steps/create-cluster.ts';
import { createGateway } from './steps/create-gateway.ts';
import { createHfSecret } from './steps/create-hf-secret.ts';
import { createOperationSet } from './steps/create-operation-set.ts';
import { createProbeApp } from './steps/create-probe-app.ts';
import { createProxySubnet } from './steps/create-proxy-subnet.ts';
import { createRoute } from './steps/create-route.ts';
import { deployInferenceObjective } from './steps/deploy-inference-objective.ts';
import { deployInferencePool } from './steps/deploy-inference-pool.ts';
import { deployModelServer } from './steps/deploy-model-server.ts';
import { enableApis } from './steps/enable-apis.ts';
import { installApigeeOperator } from './steps/install-apigee-operator.ts';
import { installInferenceCrds } from './steps/install-inference-crds.ts';
import { prepareApigeeIdentity } from './steps/prepare-apigee-identity.ts';
import { proveProtection } from './steps/prove-protection.ts';
import { verifyInference } from './steps/verify-inference.ts';
import { verifyLocked } from './steps/verify-locked.ts';

const steps = [
  // The project and its cluster.
  enableApis, //               needs nothing
  checkProject, //             enable-apis
  createProxySubnet, //        check-project
  createCluster, //            check-project

  // The model, open to everyone.
  createHfSecret, //           create-cluster
  installInferenceCrds, //     create-cluster
  deployModelServer, //        create-hf-secret
  deployInferencePool, //      install-inference-crds
  deployInferenceObjective, // install-inference-crds
  createGateway, //            create-cluster, create-proxy-subnet
  createRoute, //              deploy-inference-pool, create-gateway
  verifyInference, //          deploy-model-server, create-route

  // Apigee in front of it.
  prepareApigeeIdentity, //    check-project
  createApigeeEnvironment, //  check-project
  installApigeeOperator, //    create-cluster, prepare-apigee-identity, create-apigee-environment
  createBackendService, //     install-apigee-operator
  attachTrafficExtension, //   verify-inference, create-backend-service
  verifyLocked, //             attach-traffic-extension

  // Keys, quotas and the verification.
  createApiProduct, //         create-backend-service
  createProbeApp, //           create-api-product
  createOperationSet, //       create-api-product
  proveProtection, //          verify-locked, create-operation-set, create-probe-app
] as const;

export const provision: Runbook<ProvisionEnv> = {
  name: 'provision',
  title: 'Provision gateway',
  steps: steps.map(withPropagation),
  variants: [{ applies: isGuarded, steps: protectFirst(steps).map(withPropagation) }],
};
