// Specs of GKE policies, inference kinds and the Apigee operator's kinds.
import type { Case, Verdict } from './case.ts';

const target = { group: '', kind: 'Service', name: 's' };

const checks: Readonly<Record<string, string>> = {
  TCP: 'tcpHealthCheck',
  HTTP: 'httpHealthCheck',
  HTTPS: 'httpsHealthCheck',
  HTTP2: 'http2HealthCheck',
  GRPC: 'grpcHealthCheck',
};
const check = (type: string, settings: object, more: object = {}): object => ({
  targetRef: target,
  default: { config: { type, [checks[type] ?? '']: settings }, ...more },
});

const ports: readonly (readonly [what: string, settings: object, verdict: Verdict])[] = [
  ['the serving port', { portSpecification: 'USE_SERVING_PORT' }, 'valid'],
  ['the serving port and another', { portSpecification: 'USE_SERVING_PORT', port: 80 }, 'rule'],
  ['a fixed port', { portSpecification: 'USE_FIXED_PORT', port: 80 }, 'valid'],
  ['no fixed port', { portSpecification: 'USE_FIXED_PORT' }, 'rule'],
  ['a named port', { portSpecification: 'USE_NAMED_PORT', portName: 'http' }, 'valid'],
  ['no named port', { portSpecification: 'USE_NAMED_PORT' }, 'rule'],
];

const healthChecks: Case[] = Object.entries(checks).flatMap(([type, field]): Case[] => [
  ...ports.map(([what, settings, verdict]): Case => [
    'HealthCheckPolicy',
    `${type} on ${what}`,
    check(type, settings),
    verdict,
  ]),
  [
    'HealthCheckPolicy',
    `${type} without its settings`,
    { targetRef: target, default: { config: { type } } },
    'schema',
  ],
  [
    'HealthCheckPolicy',
    `${type} with the settings of another`,
    {
      targetRef: target,
      default: { config: { type, [type === 'HTTP' ? 'httpsHealthCheck' : 'httpHealthCheck']: {} } },
    },
    'rule',
  ],
  [
    'HealthCheckPolicy',
    `${type} with the settings of two`,
    {
      targetRef: target,
      default: {
        config: {
          type,
          [field]: {},
          [type === 'HTTP' ? 'httpsHealthCheck' : 'httpHealthCheck']: {},
        },
      },
    },
    'schema',
  ],
]);

const backend = (more: object): object => ({ targetRef: target, default: more });
const poolRef = { name: 'vllm-qwen' };
const location = {
  name: 'us-central1',
  network: 'projects/p/global/networks/default',
  subnetwork: 'projects/p/regions/us-central1/subnetworks/default',
};
const reference = (kind: string): object => ({ name: 'a', kind, group: 'apim.googleapis.com' });
const product = (more: object): object => ({
  approvalType: 'auto',
  displayName: 'llm',
  enforcementRefs: [reference('ApigeeBackendService')],
  ...more,
});
const operation = { name: 'Completions', path: '/v1/completions', methods: ['POST'] };
const operations = (more: object): object => ({
  apiProductRefs: [reference('APIProduct')],
  restOperations: [operation],
  ...more,
});
const quota = { limit: 5, interval: 1, timeUnit: 'minute' };

/** Kinds without documented fields: any spec is valid. */
const open = [
  'ApigeeGatewayPolicy',
  'ApimTemplateRule',
  'ApimTemplate',
  'AssignMessage',
  'Javascript',
  'SpikeArrest',
];

export const policyCases: readonly Case[] = [
  ...healthChecks,
  [
    'HealthCheckPolicy',
    'a timeout over the usual interval',
    check('HTTP', { portSpecification: 'USE_SERVING_PORT' }, { timeoutSec: 6 }),
    'rule',
  ],
  [
    'HealthCheckPolicy',
    'an interval of no time',
    check('HTTP', { portSpecification: 'USE_SERVING_PORT' }, { checkIntervalSec: 0 }),
    'schema',
  ],
  [
    'HealthCheckPolicy',
    'eleven successes',
    check('HTTP', { portSpecification: 'USE_SERVING_PORT' }, { healthyThreshold: 11 }),
    'schema',
  ],
  ['GCPBackendPolicy', 'no time', backend({ timeoutSec: 0 }), 'schema'],
  [
    'GCPBackendPolicy',
    'an affinity',
    backend({ sessionAffinity: { type: 'CLIENT_IP', cookieTtlSec: 60 } }),
    'valid',
  ],
  [
    'GCPBackendPolicy',
    'an affinity that is none',
    backend({ sessionAffinity: { type: 'STICKY' } }),
    'schema',
  ],
  ['GCPBackendPolicy', 'no target', { default: { timeoutSec: 1 } }, 'schema'],
  ['GCPBackendPolicy', 'a field that is not there', backend({ timeout: 300 }), 'unknown field'],
  [
    'GCPGatewayPolicy',
    'a policy for TLS',
    backend({ sslPolicy: 'modern', region: 'us-central1' }),
    'valid',
  ],
  [
    'GCPGatewayPolicy',
    'text where yes or no belongs',
    backend({ allowGlobalAccess: 'yes' }),
    'schema',
  ],
  [
    'GCPGatewayPolicy',
    'a target without a name',
    { targetRef: { group: '', kind: 'Gateway' } },
    'schema',
  ],
  [
    'ReferenceGrant',
    'to nobody',
    { from: [{ group: '', kind: 'Service', namespace: 'a' }], to: [] },
    'schema',
  ],
  [
    'ReferenceGrant',
    'to one by name',
    {
      from: [{ group: '', kind: 'Service', namespace: 'a' }],
      to: [{ group: '', kind: 'Secret', name: 'c' }],
    },
    'valid',
  ],
  [
    'ReferenceGrant',
    'from no namespace',
    { from: [{ group: '', kind: 'Service' }], to: [{ group: '', kind: 'Service' }] },
    'schema',
  ],
  [
    'GatewayClass',
    'the same controller as before',
    { controllerName: 'example.com/a' },
    'valid',
    { controllerName: 'example.com/a' },
  ],
  [
    'GatewayClass',
    'another controller than before',
    { controllerName: 'example.com/b' },
    'rule',
    { controllerName: 'example.com/a' },
  ],
  [
    'InferencePool',
    'a picker that is no Service',
    {
      selector: { matchLabels: { app: 'v' } },
      targetPorts: [{ number: 8000 }],
      endpointPickerRef: { group: 'example.com', kind: 'Picker', name: 'e' },
    },
    'valid',
  ],
  [
    'InferencePool',
    'no label',
    {
      selector: { matchLabels: {} },
      targetPorts: [{ number: 8000 }],
      endpointPickerRef: { name: 'e', port: { number: 1 } },
    },
    'schema',
  ],
  ['InferenceObjective', 'a priority below the usual', { poolRef, priority: -1 }, 'valid'],
  ['InferenceObjective', 'no pool', { priority: 1 }, 'schema'],
  ['InferenceObjective', 'a pool without a name', { poolRef: { kind: 'InferencePool' } }, 'schema'],
  ['InferenceObjective', 'a priority in words', { poolRef, priority: 'high' }, 'schema'],
  [
    'InferenceObjective',
    'a field that is not there',
    { poolRef, criticality: 'Critical' },
    'unknown field',
  ],
  ['ApigeeBackendService', 'one location', { apigeeEnv: 'e', locations: [location] }, 'valid'],
  ['ApigeeBackendService', 'no location', { locations: [] }, 'schema'],
  [
    'ApigeeBackendService',
    'a network by its short name',
    { locations: [{ ...location, network: 'default' }] },
    'schema',
  ],
  [
    'ApigeeBackendService',
    'security in words',
    { locations: [location], defaultSecurityEnabled: 'on' },
    'schema',
  ],
  [
    'APIMExtensionPolicy',
    'a gateway',
    {
      apigeeEnv: 'e',
      failOpen: false,
      timeout: '1000ms',
      targetRef: { name: 'g', kind: 'Gateway' },
    },
    'valid',
  ],
  ['APIMExtensionPolicy', 'a timeout in minutes', { timeout: '1m' }, 'schema'],
  [
    'APIMExtensionPolicy',
    'a target that is no gateway',
    { targetRef: { name: 'g', kind: 'Service' } },
    'schema',
  ],
  ['APIProduct', 'a product', product({ attributes: [{ name: 'a', value: 'b' }] }), 'valid'],
  ['APIProduct', 'another approval', product({ approvalType: 'later' }), 'schema'],
  [
    'APIProduct',
    'nothing that enforces it',
    { approvalType: 'auto', displayName: 'llm' },
    'schema',
  ],
  [
    'APIProduct',
    'enforced by a Service',
    product({ enforcementRefs: [reference('Service')] }),
    'schema',
  ],
  ['APIOperationSet', 'a quota', operations({ quota }), 'valid'],
  [
    'APIOperationSet',
    'a quota a second',
    operations({ quota: { ...quota, timeUnit: 'second' } }),
    'schema',
  ],
  [
    'APIOperationSet',
    'a quota without an interval',
    operations({ quota: { limit: 5, timeUnit: 'minute' } }),
    'schema',
  ],
  [
    'APIOperationSet',
    'a path without /',
    operations({ restOperations: [{ ...operation, path: 'v1' }] }),
    'schema',
  ],
  [
    'APIOperationSet',
    'a method that is none',
    operations({ restOperations: [{ ...operation, methods: ['ASK'] }] }),
    'schema',
  ],
  ['APIOperationSet', 'no operation', operations({ restOperations: [] }), 'schema'],
  ...open.flatMap((kind): Case[] => [
    [kind, 'nothing at all', {}, 'valid'],
    [kind, 'anything', { any: { thing: [1, 'two'] } }, 'valid'],
    [kind, 'a spec that is a list', [], 'schema'],
  ]),
];
