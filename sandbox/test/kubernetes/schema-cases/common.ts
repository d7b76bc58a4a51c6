// Valid and invalid specs of gateway resources with the first expected error.
import type { Case } from './case.ts';

const listener = { name: 'http', port: 80, protocol: 'HTTP' };
const gatewayWith = (...listeners: object[]): object => ({
  gatewayClassName: 'gke-l7-rilb',
  listeners,
});
const routeWith = (rule: object): object => ({ parentRefs: [{ name: 'g' }], rules: [rule] });
const path = (value: string, type = 'PathPrefix'): object =>
  routeWith({ matches: [{ path: { type, value } }] });
const filter = (one: object, more: object = {}): object => routeWith({ filters: [one], ...more });
const target = { group: '', kind: 'Service', name: 's' };
const extensionWith = (extension: object): object => ({
  targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'g' }],
  extensionChains: [
    {
      name: 'chain',
      matchCondition: { celExpressions: [{ celMatcher: "request.path.startsWith('/v1')" }] },
      extensions: [{ name: 'one', ...extension }],
    },
  ],
});
const apigee = { group: 'apim.googleapis.com', kind: 'ApigeeBackendService', name: 'a' };
const events = [
  'RequestHeaders',
  'RequestBody',
  'RequestTrailers',
  'ResponseHeaders',
  'ResponseBody',
  'ResponseTrailers',
];
const check = (more: object): object => ({
  targetRef: target,
  default: {
    config: {
      type: 'HTTP',
      httpHealthCheck: { requestPath: '/health', portSpecification: 'USE_SERVING_PORT' },
    },
    ...more,
  },
});
const httpCheck = (httpHealthCheck: object): object => ({
  targetRef: target,
  default: { config: { type: 'HTTP', httpHealthCheck } },
});
const poolWith = (endpointPickerRef: object): object => ({
  selector: { matchLabels: { app: 'v' } },
  targetPorts: [{ number: 8000 }],
  endpointPickerRef,
});

export const cases: readonly Case[] = [
  ['Gateway', 'one HTTP listener', gatewayWith(listener), 'valid'],
  ['Gateway', 'no listener', gatewayWith(), 'schema'],
  ['Gateway', 'no class', { listeners: [listener] }, 'schema'],
  ['Gateway', 'a port out of range', gatewayWith({ ...listener, port: 0 }), 'schema'],
  [
    'Gateway',
    'two listeners of one name',
    gatewayWith(listener, { ...listener, port: 81 }),
    'schema',
  ],
  [
    'Gateway',
    'two listeners on one port',
    gatewayWith(listener, { ...listener, name: 'b' }),
    'rule',
  ],
  [
    'Gateway',
    'one port, two hostnames',
    gatewayWith({ ...listener, hostname: 'a.b' }, { ...listener, name: 'b', hostname: 'c.d' }),
    'valid',
  ],
  [
    'Gateway',
    'tls on HTTP',
    gatewayWith({ ...listener, tls: { certificateRefs: [{ name: 'c' }] } }),
    'rule',
  ],
  [
    'Gateway',
    'HTTPS with a certificate',
    gatewayWith({ ...listener, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c' }] } }),
    'valid',
  ],
  [
    'Gateway',
    'HTTPS passed through',
    gatewayWith({ ...listener, protocol: 'HTTPS', tls: { mode: 'Passthrough' } }),
    'rule',
  ],
  [
    'Gateway',
    'a hostname on TCP',
    gatewayWith({ ...listener, protocol: 'TCP', hostname: 'a.b' }),
    'rule',
  ],
  [
    'Gateway',
    'one address twice',
    { ...gatewayWith(listener), addresses: [{ value: '10.0.0.1' }, { value: '10.0.0.1' }] },
    'rule',
  ],
  [
    'Gateway',
    'a field that is not there',
    { ...gatewayWith(listener), class: 'x' },
    'unknown field',
  ],
  [
    'HTTPRoute',
    'a pool behind every path',
    routeWith({
      backendRefs: [{ group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'v' }],
    }),
    'valid',
  ],
  ['HTTPRoute', 'a Service without a port', routeWith({ backendRefs: [{ name: 's' }] }), 'rule'],
  ['HTTPRoute', 'a path that does not begin with /', path('v1'), 'rule'],
  ['HTTPRoute', 'a path with //', path('/a//b'), 'rule'],
  ['HTTPRoute', 'a path with a space', path('/a b'), 'rule'],
  ['HTTPRoute', 'a regular expression', path('a//b', 'RegularExpression'), 'valid'],
  ['HTTPRoute', 'an unknown kind of match', path('/a', 'Suffix'), 'schema'],
  ['HTTPRoute', 'a filter without its settings', filter({ type: 'URLRewrite' }), 'rule'],
  [
    'HTTPRoute',
    'a filter with the settings of another',
    filter({ type: 'URLRewrite', urlRewrite: {}, requestRedirect: {} }),
    'rule',
  ],
  [
    'HTTPRoute',
    'redirect and backend',
    filter(
      { type: 'RequestRedirect', requestRedirect: { scheme: 'https' } },
      { backendRefs: [{ name: 's', port: 80 }] },
    ),
    'rule',
  ],
  [
    'HTTPRoute',
    'a prefix replaced where one is matched',
    filter({
      type: 'URLRewrite',
      urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
    }),
    'valid',
  ],
  [
    'HTTPRoute',
    'a prefix replaced where two are matched',
    filter(
      {
        type: 'URLRewrite',
        urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
      },
      { matches: [{ path: { value: '/a' } }, { path: { value: '/b' } }] },
    ),
    'rule',
  ],
  [
    'HTTPRoute',
    'a backend slower than the request',
    routeWith({ timeouts: { request: '1s', backendRequest: '2s' } }),
    'rule',
  ],
  [
    'HTTPRoute',
    'sane timeouts',
    routeWith({ timeouts: { request: '2s', backendRequest: '500ms' } }),
    'valid',
  ],
  ['HTTPRoute', 'one parent twice', { parentRefs: [{ name: 'g' }, { name: 'g' }] }, 'rule'],
  [
    'HTTPRoute',
    'two sections of one parent',
    {
      parentRefs: [
        { name: 'g', sectionName: 'a' },
        { name: 'g', sectionName: 'b' },
      ],
    },
    'valid',
  ],
  [
    'HTTPRoute',
    'the same name in two namespaces',
    {
      parentRefs: [
        { name: 'g', namespace: 'a' },
        { name: 'g', namespace: 'b' },
      ],
    },
    'valid',
  ],
  [
    'HTTPRoute',
    '130 matches',
    {
      rules: Array.from({ length: 10 }, () => ({
        matches: Array.from({ length: 13 }, (_, at) => ({ path: { value: `/${at}` } })),
      })),
    },
    'rule',
  ],
  [
    'InferencePool',
    'a picker with a port',
    poolWith({ name: 'e', port: { number: 9002 } }),
    'valid',
  ],
  ['InferencePool', 'a picker without a port', poolWith({ name: 'e' }), 'rule'],
  [
    'InferencePool',
    'no picker',
    { selector: { matchLabels: { app: 'v' } }, targetPorts: [{ number: 8000 }] },
    'schema',
  ],
  [
    'InferencePool',
    'two ports',
    {
      ...poolWith({ name: 'e', port: { number: 1 } }),
      targetPorts: [{ number: 1 }, { number: 2 }],
    },
    'schema',
  ],
  [
    'GCPTrafficExtension',
    'Apigee',
    extensionWith({ backendRef: apigee, supportedEvents: events }),
    'valid',
  ],
  [
    'GCPTrafficExtension',
    'Apigee with an authority',
    extensionWith({ backendRef: apigee, authority: 'a.b', supportedEvents: events }),
    'rule',
  ],
  [
    'GCPTrafficExtension',
    'Apigee of another group',
    extensionWith({ backendRef: { ...apigee, group: '' }, supportedEvents: events }),
    'rule',
  ],
  [
    'GCPTrafficExtension',
    'a Service without an authority',
    extensionWith({ backendRef: { ...target, port: 80 }, supportedEvents: events }),
    'rule',
  ],
  [
    'GCPTrafficExtension',
    'a Service with an authority',
    extensionWith({
      backendRef: { ...target, port: 80 },
      authority: 'a.b',
      supportedEvents: events,
    }),
    'valid',
  ],
  [
    'GCPTrafficExtension',
    'no events',
    extensionWith({ backendRef: apigee, supportedEvents: [] }),
    'rule',
  ],
  ['GCPTrafficExtension', 'nothing to call', extensionWith({ supportedEvents: events }), 'rule'],
  [
    'GCPTrafficExtension',
    'both to call',
    extensionWith({
      backendRef: apigee,
      googleAPIServiceName: 'a.googleapis.com',
      supportedEvents: events,
    }),
    'rule',
  ],
  [
    'GCPTrafficExtension',
    'a timeout of 5 ms',
    extensionWith({ backendRef: apigee, supportedEvents: events, timeout: '5ms' }),
    'rule',
  ],
  [
    'GCPTrafficExtension',
    'a timeout of 1 s',
    extensionWith({ backendRef: apigee, supportedEvents: events, timeout: '1s' }),
    'valid',
  ],
  [
    'GCPTrafficExtension',
    'full duplex without trailers',
    extensionWith({
      backendRef: apigee,
      supportedEvents: ['RequestBody'],
      requestBodySendMode: 'FullDuplexStreamed',
    }),
    'rule',
  ],
  [
    'GCPTrafficExtension',
    'full duplex with trailers',
    extensionWith({
      backendRef: apigee,
      supportedEvents: events,
      requestBodySendMode: 'FullDuplexStreamed',
    }),
    'valid',
  ],
  [
    'GCPTrafficExtension',
    'a condition with another language',
    {
      ...extensionWith({ backendRef: apigee, supportedEvents: events }),
      extensionChains: [
        {
          name: 'c',
          matchCondition: { celExpressions: [{ celMatcher: 'request.body == 1' }] },
          extensions: [{ name: 'e', backendRef: apigee, supportedEvents: events }],
        },
      ],
    },
    'schema',
  ],
  [
    'GCPRoutingExtension',
    'a Service with an authority',
    extensionWith({ backendRef: { ...target, port: 80 }, authority: 'a.b' }),
    'valid',
  ],
  [
    'GCPRoutingExtension',
    'Apigee',
    extensionWith({ backendRef: { ...apigee, port: 1 }, authority: 'a.b' }),
    'schema',
  ],
  [
    'GCPBackendPolicy',
    'a timeout and logs',
    {
      targetRef: target,
      default: { timeoutSec: 300, logging: { enabled: true, sampleRate: 1_000_000 } },
    },
    'valid',
  ],
  [
    'GCPBackendPolicy',
    'too many samples',
    { targetRef: target, default: { logging: { sampleRate: 1_000_001 } } },
    'schema',
  ],
  [
    'GCPGatewayPolicy',
    'global access',
    { targetRef: target, default: { allowGlobalAccess: true } },
    'valid',
  ],
  ['HealthCheckPolicy', 'plain HTTP', check({}), 'valid'],
  ['HealthCheckPolicy', 'no word on the port', httpCheck({ requestPath: '/health' }), 'rule'],
  [
    'HealthCheckPolicy',
    'a timeout over the interval',
    check({ checkIntervalSec: 5, timeoutSec: 6 }),
    'rule',
  ],
  [
    'HealthCheckPolicy',
    'a short interval with the usual timeout',
    check({ checkIntervalSec: 2 }),
    'rule',
  ],
  ['HealthCheckPolicy', 'a port without saying so', httpCheck({ port: 8000 }), 'rule'],
  [
    'HealthCheckPolicy',
    'a fixed port',
    httpCheck({ port: 8000, portSpecification: 'USE_FIXED_PORT' }),
    'valid',
  ],
  [
    'HealthCheckPolicy',
    'the settings of another type',
    { targetRef: target, default: { config: { type: 'TCP', httpHealthCheck: {} } } },
    'rule',
  ],
  [
    'ReferenceGrant',
    'from one to one',
    {
      from: [{ group: '', kind: 'Service', namespace: 'a' }],
      to: [{ group: '', kind: 'Service' }],
    },
    'valid',
  ],
  ['ReferenceGrant', 'from nobody', { from: [], to: [{ group: '', kind: 'Service' }] }, 'schema'],
  ['GatewayClass', 'a controller', { controllerName: 'networking.gke.io/gateway' }, 'valid'],
  ['GatewayClass', 'a controller without a path', { controllerName: 'gateway' }, 'schema'],
];
