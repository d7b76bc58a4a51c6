// Test policies: spike arrest on the Apigee backend, and sheddable requests of the picker.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { parse } from 'yaml';
import type { NewObject, OpenCluster } from '../controllers/open-cluster.ts';

const objectiveCrd = fileURLToPath(
  new URL('../../../manifests/inference/inferenceobjective-crd.yaml', import.meta.url),
);

/** @returns a function that removes the policy. */
export function attachSpikeArrest(open: OpenCluster, rate: string): () => void {
  const apiVersion = 'apim.googleapis.com/v1';
  const metadata = { name: 'smooth', namespace: 'default' };
  const specs = {
    SpikeArrest: { rate },
    ApimTemplate: { policies: [{ kind: 'SpikeArrest', name: 'smooth' }] },
    ApigeeGatewayPolicy: {
      ref: { kind: 'ApimTemplate', name: 'smooth' },
      targetRef: { kind: 'APIMExtensionPolicy', name: 'apigee-llm' },
    },
  };
  for (const [kind, spec] of Object.entries(specs)) {
    open.create({ apiVersion, kind, metadata: { ...metadata }, spec });
  }
  return () => {
    for (const kind of Object.keys(specs)) {
      open.cluster.store.delete({ group: 'apim.googleapis.com', kind, ...metadata });
    }
  };
}

export async function addSheddableObjective(open: OpenCluster, name: string): Promise<void> {
  const group = 'inference.networking.x-k8s.io';
  open.create(parse(readFileSync(objectiveCrd, 'utf8')) as NewObject);
  await expect.poll(() => open.cluster.store.serves(group, 'InferenceObjective')).toBe(true);
  open.create({
    apiVersion: `${group}/v1alpha2`,
    kind: 'InferenceObjective',
    metadata: { name, namespace: 'default' },
    spec: { priority: -1, poolRef: { name: 'vllm-qwen' } },
  });
}
