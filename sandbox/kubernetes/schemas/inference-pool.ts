// InferencePool v1, as GKE 1.34 installs it, in our own words.
import type { KubeObject } from '../cluster.ts';
import {
  conditions,
  definition,
  group,
  kind,
  list,
  mapOf,
  name,
  namespace,
  object,
  oneOf,
  port,
  rules,
  text,
} from './fields.ts';

export const inferencePool = (): KubeObject =>
  definition(
    {
      group: 'inference.networking.k8s.io',
      kind: 'InferencePool',
      plural: 'inferencepools',
      shortNames: ['infpool'],
      versions: ['v1'],
    },
    {
      spec: object({
        'selector!': object({
          'matchLabels!': mapOf(
            text({ maxLength: 63, pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$' }),
            { minProperties: 1, maxProperties: 64 },
          ),
        }),
        'targetPorts!': list(object({ 'number!': port() }), { minItems: 1, maxItems: 1 }),
        'endpointPickerRef!': object(
          {
            group: group({ default: '' }),
            kind: kind({ default: 'Service' }),
            'name!': name(),
            port: object({ 'number!': port() }),
            failureMode: oneOf(['FailOpen', 'FailClose'], { default: 'FailClose' }),
          },
          rules(["self.kind != 'Service' || has(self.port)", 'kind Service needs a port']),
        ),
      }),
      status: object({
        parents: list(
          object({
            'parentRef!': object({
              group: group({ default: 'gateway.networking.k8s.io' }),
              kind: kind({ default: 'Gateway' }),
              'name!': name(),
              namespace: namespace(),
            }),
            conditions: conditions(),
          }),
          { maxItems: 32 },
        ),
      }),
    },
  );
