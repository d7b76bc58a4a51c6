// Specs of GCPTrafficExtension and GCPRoutingExtension that satisfy and violate each rule.
import type { Case, Verdict } from './case.ts';

const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'g' };
const chain = (extensions: readonly object[], celExpressions?: readonly object[]): object => ({
  targetRefs: [gateway],
  extensionChains: [
    {
      name: 'chain',
      matchCondition: {
        celExpressions: celExpressions ?? [{ celMatcher: "request.path.startsWith('/v1')" }],
      },
      extensions,
    },
  ],
});
const extension = (fields: object): object => chain([{ name: 'one', ...fields }]);

const apigee = { group: 'apim.googleapis.com', kind: 'ApigeeBackendService', name: 'a' };
const service = { group: '', kind: 'Service', name: 's', port: 80 };
const imported = { group: 'net.gke.io', kind: 'ServiceImport', name: 's', port: 80 };
const wasm = { group: 'networking.gke.io', kind: 'GCPWasmPlugin', name: 'w' };
const headers = ['RequestHeaders', 'ResponseHeaders'];
const all = [...headers, 'RequestBody', 'RequestTrailers', 'ResponseBody', 'ResponseTrailers'];
const authority = 'a.example.com';
const google = 'modelarmor.us-central1.rep.googleapis.com';

type Row = readonly [what: string, fields: object, verdict: Verdict];

const toService = (more: object): object => ({
  backendRef: service,
  authority,
  supportedEvents: all,
  ...more,
});
const toWasm = (more: object): object => ({ backendRef: wasm, supportedEvents: headers, ...more });
const toGoogle = (more: object): object => ({
  googleAPIServiceName: google,
  supportedEvents: all,
  ...more,
});

/** Cases of both kinds of extension. */
const shared: readonly Row[] = [
  ['a Google API', toGoogle({}), 'valid'],
  ['a Google API with an authority', toGoogle({ authority }), 'rule'],
  ['a timeout of 10 s', toService({ timeout: '10s' }), 'valid'],
  ['a timeout of 11 s', toService({ timeout: '11s' }), 'rule'],
  ['streamed requests', toService({ requestBodySendMode: 'Streamed' }), 'valid'],
  ['streamed responses', toService({ responseBodySendMode: 'FullDuplexStreamed' }), 'valid'],
  [
    'streamed requests without their bodies',
    toService({ requestBodySendMode: 'Streamed', supportedEvents: headers }),
    'rule',
  ],
  [
    'streamed responses without their bodies',
    toService({ responseBodySendMode: 'Streamed', supportedEvents: headers }),
    'rule',
  ],
  [
    'full duplex requests without trailers',
    toService({ requestBodySendMode: 'FullDuplexStreamed', supportedEvents: ['RequestBody'] }),
    'rule',
  ],
  [
    'full duplex responses without trailers',
    toService({ responseBodySendMode: 'FullDuplexStreamed', supportedEvents: ['ResponseBody'] }),
    'rule',
  ],
  ['a request mode for a Google API', toGoogle({ requestBodySendMode: 'Streamed' }), 'rule'],
  ['a response mode for a Google API', toGoogle({ responseBodySendMode: 'Streamed' }), 'rule'],
  ['metadata', toService({ metadata: { team: 'llm' } }), 'valid'],
  ['metadata with a key that is none', toService({ metadata: { 'a"b': 'x' } }), 'rule'],
  ['neither Service nor API', { supportedEvents: all }, 'rule'],
  ['both Service and API', toService({ googleAPIServiceName: google }), 'rule'],
];

const traffic: readonly Row[] = [
  ['a plugin', toWasm({}), 'valid'],
  ['a plugin with a timeout', toWasm({ timeout: '1s' }), 'rule'],
  ['a plugin with an authority', toWasm({ authority }), 'rule'],
  ['a plugin with metadata', toWasm({ metadata: { a: 'b' } }), 'rule'],
  ['a plugin with trailers', toWasm({ supportedEvents: ['RequestTrailers'] }), 'rule'],
  ['a plugin with a port', toWasm({ backendRef: { ...wasm, port: 80 } }), 'rule'],
  ['a plugin of another group', toWasm({ backendRef: { ...wasm, group: '' } }), 'rule'],
  ['a Service of a group', toService({ backendRef: { ...service, group: 'net.gke.io' } }), 'rule'],
  [
    'a Service without a port',
    toService({ backendRef: { group: '', kind: 'Service', name: 's' } }),
    'rule',
  ],
  ['an imported Service', toService({ backendRef: imported }), 'valid'],
  [
    'an imported Service of no group',
    toService({ backendRef: { ...imported, group: '' } }),
    'rule',
  ],
  [
    'an imported Service without a port',
    toService({ backendRef: { group: 'net.gke.io', kind: 'ServiceImport', name: 's' } }),
    'rule',
  ],
  ['an observer', toService({ observabilityMode: true, requestBodySendMode: 'Streamed' }), 'valid'],
  [
    'an observer in full duplex',
    toService({ observabilityMode: true, requestBodySendMode: 'FullDuplexStreamed' }),
    'rule',
  ],
  ['seven events', toService({ supportedEvents: [...all, 'RequestHeaders'] }), 'schema'],
  ['an event that is none', toService({ supportedEvents: ['RequestEnd'] }), 'schema'],
  ['a name in capitals', { ...toService({}), name: 'One' }, 'schema'],
  ['a field that is not there', toService({ priority: 1 }), 'unknown field'],
];

/** A condition may also require backends. */
const conditions: readonly Row[] = (
  [
    ['a Service', service, 'valid'],
    ['an imported Service', imported, 'valid'],
    ['a Service of a group', { ...service, group: 'net.gke.io' }, 'rule'],
    ['an imported Service of no group', { ...imported, group: '' }, 'rule'],
    ['a Service without a port', { group: '', kind: 'Service', name: 's' }, 'rule'],
    [
      'an imported Service without a port',
      { group: 'net.gke.io', kind: 'ServiceImport', name: 's' },
      'rule',
    ],
    ['a plugin', wasm, 'rule'],
    ['a plugin of no group', { ...wasm, group: '' }, 'rule'],
    ['a plugin with a port', { ...wasm, port: 80 }, 'rule'],
    ['Apigee', { ...apigee, port: 443 }, 'rule'],
    ['Apigee of no group', { ...apigee, group: '', port: 443 }, 'rule'],
  ] satisfies Row[]
).map(([what, ref, verdict]): Row => [
  `a condition for ${what}`,
  chain(
    [{ name: 'one', backendRef: apigee, supportedEvents: headers }],
    [{ celMatcher: 'request.path == "/"', backendRefs: [ref] }],
  ),
  verdict,
]);

const of = (kind: string, rows: readonly Row[]): Case[] =>
  rows.map(([what, fields, verdict]): Case => [kind, what, extension(fields), verdict]);

export const extensionCases: readonly Case[] = [
  ...of('GCPTrafficExtension', [...shared, ...traffic]),
  ...conditions.map(([what, spec, verdict]): Case => ['GCPTrafficExtension', what, spec, verdict]),
  ...of('GCPRoutingExtension', [
    ...shared,
    ['a Service without an authority', { backendRef: service, supportedEvents: all }, 'rule'],
  ]),
  ['GCPTrafficExtension', 'no chain', { targetRefs: [gateway], extensionChains: [] }, 'schema'],
  ['GCPTrafficExtension', 'no target', { ...chain([]), targetRefs: [] }, 'schema'],
];
