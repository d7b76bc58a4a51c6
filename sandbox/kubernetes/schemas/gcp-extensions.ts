// GCPTrafficExtension and GCPRoutingExtension of GKE, in our own words.
import type { KubeObject } from '../cluster.ts';
import type { Schema } from '../schema/schema.ts';
import {
  ancestors,
  definition,
  duration,
  flag,
  group,
  headerName,
  kind,
  list,
  mapOf,
  name,
  object,
  oneOf,
  port,
  rules,
  text,
} from './fields.ts';

type Rule = readonly [string, string];

const events = [
  'RequestHeaders',
  'RequestBody',
  'ResponseHeaders',
  'ResponseBody',
  'RequestTrailers',
  'ResponseTrailers',
];
const wasmEvents = "['RequestHeaders', 'RequestBody', 'ResponseHeaders', 'ResponseBody']";

const isKind = (...kinds: string[]): string =>
  `has(self.backendRef) && self.backendRef.kind in [${kinds.map((one) => `'${one}'`).join(', ')}]`;

const groupByKind: Readonly<Record<string, string>> = {
  Service: '',
  ServiceImport: 'net.gke.io',
  GCPWasmPlugin: 'networking.gke.io',
  ApigeeBackendService: 'apim.googleapis.com',
};

const calloutRef = (): Schema =>
  object(
    {
      'group!': group({ default: '', enum: Object.values(groupByKind) }),
      'kind!': kind({ default: 'Service', enum: Object.keys(groupByKind) }),
      'name!': name(),
      port: port(),
    },
    rules(
      ...Object.entries(groupByKind).map(([one, its]): Rule => [
        `self.kind == '${one}' ? self.group == '${its}' : true`,
        `Group must be ${its === '' ? 'empty' : `set to \`${its}\``} if kind is ${one}`,
      ]),
      [
        "self.kind in ['Service', 'ServiceImport'] ? has(self.port) : true",
        'Port has to be set if kind is Service or ServiceImport',
      ],
      [
        "self.kind == 'GCPWasmPlugin' ? !has(self.port) : true",
        'Port has to be empty if kind is GCPWasmPlugin',
      ],
    ),
  );

const serviceRef = (): Schema =>
  object({
    'group!': group({ default: '', enum: [''] }),
    'kind!': kind({ default: 'Service', enum: ['Service'] }),
    'name!': name(),
    'port!': { type: 'integer', format: 'int32' },
  });

const supports = (event: string): string =>
  `has(self.supportedEvents) && self.supportedEvents.exists(e, e == '${event}')`;

/** Constraints of a body send mode on the supported events. */
function sendModeRules(): Rule[] {
  return ['request', 'response'].flatMap((side): Rule[] => {
    const field = `${side}BodySendMode`;
    const title = side === 'request' ? 'Request' : 'Response';
    return [
      [
        `has(self.${field}) && self.${field} == 'Streamed' ? ${supports(`${title}Body`)} : true`,
        `${field} Streamed needs the event ${title}Body in supportedEvents`,
      ],
      [
        `has(self.${field}) && self.${field} == 'FullDuplexStreamed' ? ${supports(`${title}Body`)} && ${supports(`${title}Trailers`)} : true`,
        `${field} FullDuplexStreamed needs the events ${title}Body and ${title}Trailers in supportedEvents`,
      ],
    ];
  });
}

const timeoutRule: Rule = [
  "has(self.timeout) ? duration(self.timeout) >= duration('10ms') && duration(self.timeout) <= duration('10000ms') : true",
  'timeout must be between 10-10000 milliseconds',
];
const oneTarget: Rule = [
  'has(self.backendRef) != has(self.googleAPIServiceName)',
  'Exactly one of backendRef or googleAPIServiceName should be set',
];
const noGoogleAuthority: Rule = [
  'has(self.googleAPIServiceName) ? !has(self.authority) : true',
  'an extension with googleAPIServiceName has no authority',
];

const trafficRules: Rule[] = [
  timeoutRule,
  oneTarget,
  noGoogleAuthority,
  [
    `${isKind('GCPWasmPlugin')} ? !has(self.timeout) && !has(self.authority) && !has(self.metadata) : true`,
    'a GCPWasmPlugin has no timeout, authority or metadata',
  ],
  [
    `${isKind('Service', 'ServiceImport')} ? has(self.authority) && size(self.authority) != 0 : true`,
    'authority must be set if backendRef kind is set to Service or ServiceImport',
  ],
  [
    `${isKind('ApigeeBackendService')} ? !has(self.authority) : true`,
    'authority must not be set if the backendRef kind is ApigeeBackendService',
  ],
  [
    `${isKind('GCPWasmPlugin')} && has(self.supportedEvents) ? self.supportedEvents.all(e, e in ${wasmEvents}) : true`,
    'a GCPWasmPlugin supports header and body events only',
  ],
  [
    `has(self.requestBodySendMode) || has(self.responseBodySendMode) ? ${isKind('Service', 'ApigeeBackendService', 'ServiceImport')} : true`,
    'send modes are for backendRefs of kind Service, ApigeeBackendService or ServiceImport',
  ],
  [
    "has(self.observabilityMode) && self.observabilityMode ? (!has(self.requestBodySendMode) || self.requestBodySendMode == 'Streamed') && (!has(self.responseBodySendMode) || self.responseBodySendMode == 'Streamed') : true",
    'with observabilityMode the send modes must be unset or Streamed',
  ],
  ...sendModeRules(),
];

const routingRules: Rule[] = [
  timeoutRule,
  oneTarget,
  noGoogleAuthority,
  [
    'has(self.backendRef) ? has(self.authority) && size(self.authority) != 0 : true',
    'authority must be set if backendRef is set',
  ],
  [
    'has(self.requestBodySendMode) || has(self.responseBodySendMode) ? has(self.backendRef) : true',
    'send modes are for extensions with a backendRef',
  ],
  ...sendModeRules(),
];

const shortName = (): Schema =>
  text({ minLength: 1, maxLength: 63, pattern: '^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$' });

const metadata = (): Schema =>
  mapOf(
    text({
      minLength: 1,
      maxLength: 1023,
      pattern: '^([A-Za-z0-9\\/\\-._~%!$&\'()*+,;=:"\\s\\[\\]\\{\\}])*$',
    }),
    {
      maxProperties: 16,
      ...rules([
        'self.all(key, key.matches(r"""^([A-Za-z0-9\\/\\-._~%!$&\'()*+,;=:\\s\\{\\}\\[\\]]{1,63})$"""))',
        'metadata keys are up to 63 characters of a URL, braces, brackets or spaces',
      ]),
    },
  );

const sendMode = (): Schema => oneOf(['Streamed', 'FullDuplexStreamed']);

const extension = (ref: Schema, googleService: string, checks: Rule[]): Schema =>
  object(
    {
      'name!': shortName(),
      backendRef: ref,
      googleAPIServiceName: text({ maxLength: 100, pattern: googleService }),
      authority: text({ maxLength: 1000, pattern: '^[A-Za-z0-9-_:%\\.\\[\\]]*$' }),
      timeout: duration(),
      failOpen: flag(),
      forwardHeaders: list(headerName(), { maxItems: 50 }),
      metadata: metadata(),
      supportedEvents: list(oneOf(events), { maxItems: 6 }),
      requestBodySendMode: sendMode(),
      responseBodySendMode: sendMode(),
      ...(checks === trafficRules ? { observabilityMode: flag() } : {}),
    },
    rules(...checks),
  );

/** Words, signs and literals of a match condition; those of the response apply to traffic extensions too. */
const celTokens = [
  ' ',
  'request\\.(headers|method|host|path|query|scheme|backend_service_num_endpoints)',
  'response\\.(code|grpc_status|headers)',
  'source\\.(address|port)',
  'connection\\.(requested_server_name|tls_version|sha256_peer_certificate_digest)',
  'endsWith|startsWith|matches|contains|lowerAscii|upperAscii|int',
  '==|!=|&&|\\|\\||>=|<=|>|<|!|\\+|\\.|/|\\(|\\)|\\[|\\]|[0-9]',
  "'[a-zA-Z0-9/\\-._~%!$&'()*+,;=:\"\\\\]*'",
  '"[a-zA-Z0-9/\\-._~%!$&\'()*+,;=:"\\\\]*"',
  'R"[a-zA-Z0-9/\\-._~%!$&\'()*+,;=:\\\\]*"',
];

const chain = (one: Schema, conditionRefs: Schema): Schema =>
  object({
    'name!': shortName(),
    matchCondition: object({
      celExpressions: list(
        object({
          celMatcher: text({
            maxLength: 512,
            pattern: `^(${celTokens.map((token) => `(${token})`).join('|')})+$`,
          }),
          backendRefs: conditionRefs,
        }),
        { maxItems: 10 },
      ),
    }),
    'extensions!': list(one, { minItems: 1, maxItems: 3 }),
  });

const spec = (chains: Schema): Schema =>
  object({
    'targetRefs!': list(object({ 'group!': group(), 'kind!': kind(), 'name!': name() }), {
      minItems: 1,
      maxItems: 10,
    }),
    'extensionChains!': chains,
  });

export const trafficExtension = (): KubeObject => {
  const refs = list(calloutRef(), {
    maxItems: 1,
    ...rules([
      "self.all(r, r.kind in ['Service', 'ServiceImport'])",
      'a match condition refers to Services or ServiceImports only',
    ]),
  });
  const one = extension(
    calloutRef(),
    '^[a-z0-9.-]+\\.(googleapis|sandbox\\.googleapis)\\.com$',
    trafficRules,
  );
  const chains = list(chain(one, refs), {
    minItems: 1,
    maxItems: 5,
    ...rules([
      'self.all(c, c.extensions.all(e, has(e.supportedEvents) && size(e.supportedEvents) > 0))',
      'supportedEvents must be set for GCPTrafficExtension',
    ]),
  });
  return definition(
    {
      group: 'networking.gke.io',
      kind: 'GCPTrafficExtension',
      plural: 'gcptrafficextensions',
      versions: ['v1'],
    },
    { spec: spec(chains), status: ancestors() },
  );
};

export const routingExtension = (): KubeObject => {
  const one = extension(
    serviceRef(),
    '^(modelarmor|dlp)\\.([a-z0-9-]+\\.rep\\.)?googleapis\\.com$',
    routingRules,
  );
  const chains = list(chain(one, list(serviceRef())), { minItems: 1, maxItems: 5 });
  return definition(
    {
      group: 'networking.gke.io',
      kind: 'GCPRoutingExtension',
      plural: 'gcproutingextensions',
      versions: ['v1'],
    },
    { spec: spec(chains), status: ancestors('conditions') },
  );
};
