// Manifests: files of manifests/ with configuration values and our labels.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import type { GatewayConfig } from '../../../src/kernel/config.ts';
import { fileUrl } from '../../../src/kernel/files.ts';
import { fail } from '../../../src/kernel/errors.ts';
import { backendServiceName, productName } from '../../../src/gateway/resources.ts';
import { modelServerShare } from '../../../src/gateway/machine-type.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { stamp } from '../../../src/gateway/ownership.ts';
import { images } from './versions.ts';

export type Values = Readonly<Record<string, string | number>>;

const root = fileUrl('manifests/');

/** Values of the placeholders from the configuration. */
export function valuesOf(gateway: GatewayConfig): Values {
  const share = modelServerShare(gateway.machineType);
  return {
    PROJECT_ID: gateway.projectId,
    BACKEND_SERVICE: backendServiceName(gateway.name),
    API_PRODUCT: productName(gateway.name),
    KEY_APPROVAL: gateway.keyApproval,
    APIGEE_ENV: gateway.apigeeEnv,
    REGION: gateway.region,
    NETWORK: gateway.network,
    PSC_SUBNET: gateway.pscSubnet,
    NODE_COUNT: gateway.nodeCount,
    MODEL: gateway.model,
    MODEL_SERVER_CPUS: share.cpus,
    MODEL_SERVER_MEMORY: share.memory,
    GATEWAY_PORT: gateway.port,
    QUOTA_LIMIT: gateway.quota.limit,
    QUOTA_INTERVAL: gateway.quota.interval,
    QUOTA_TIME_UNIT: gateway.quota.timeUnit,
    VLLM_IMAGE: images.vllm,
    PICKER_IMAGE: images.picker,
  };
}

/**
 * @param name path under manifests/ without its ending: `gateway/route`.
 * @param more values outside the configuration: secrets and computed ones.
 * @throws bug/unfilled_placeholder for a placeholder without a value.
 */
export function manifest(context: Context, name: string, more: Values = {}): KubernetesObject {
  const { gateway } = context.env;
  const filled = fill(parse(read(name)), { ...valuesOf(gateway), ...more }, name);
  if (!isObject(filled)) {
    throw fail('bug', 'bad_manifest', `manifests/${name}.yaml holds no Kubernetes object`);
  }
  return stamp(filled, { gateway: gateway.name, runId: context.runId });
}

const texts = new Map<string, string>();

function read(name: string): string {
  const known = texts.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(new URL(`${name}.yaml`, root), 'utf8');
  texts.set(name, text);
  return text;
}

/** Runs after parsing, so that a value cannot change the structure; a lone placeholder keeps its value's type. */
function fill(node: unknown, values: Values, name: string): unknown {
  if (Array.isArray(node)) return node.map((item) => fill(item, values, name));
  if (typeof node === 'object' && node !== null) {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, fill(value, values, name)]),
    );
  }
  if (typeof node !== 'string') return node;
  const value = (placeholder: string): string | number => {
    const found = values[placeholder];
    if (found !== undefined) return found;
    throw fail(
      'bug',
      'unfilled_placeholder',
      `manifests/${name}.yaml has no value for \${${placeholder}}`,
    );
  };
  const whole = /^\$\{([^}]*)\}$/.exec(node)?.[1];
  if (whole !== undefined) return value(whole);
  return node.replace(/\$\{([^}]*)\}/g, (_, placeholder: string) => String(value(placeholder)));
}

function isObject(value: unknown): value is KubernetesObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    'apiVersion' in value &&
    'kind' in value &&
    'metadata' in value
  );
}
