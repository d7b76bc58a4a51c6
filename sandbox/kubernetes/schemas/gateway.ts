// Gateway, GatewayClass and ReferenceGrant of the Gateway API, standard channel, in our own words.
import type { KubeObject } from '../cluster.ts';
import type { Schema } from '../schema/schema.ts';
import {
  ageColumn,
  awaited,
  conditions,
  controllerName,
  definition,
  group,
  hostname,
  kind,
  list,
  listBy,
  mapOf,
  name,
  namespace,
  object,
  oneOf,
  port,
  rules,
  sectionName,
  subdomain,
  text,
  whole,
} from './fields.ts';

const api = 'gateway.networking.k8s.io';
const categories = ['gateway-api'];

const addressType = (): Schema =>
  text({
    default: 'IPAddress',
    minLength: 1,
    maxLength: 253,
    pattern: `^Hostname|IPAddress|NamedAddress|${subdomain}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
  });

const hostnameAddress = `^(\\*\\.)?${subdomain}$`;

const uniqueAddress = (type: string): readonly [string, string] => [
  `self.all(a, a.type == '${type}' && has(a.value) ? self.exists_one(b, b.type == a.type && has(b.value) && b.value == a.value) : true)`,
  `${type} values must be unique`,
];

const addresses = list(
  object(
    { type: addressType(), value: text({ maxLength: 253 }) },
    rules([
      `self.type == 'Hostname' && has(self.value) ? self.value.matches(r"""${hostnameAddress}""") : true`,
      'a Hostname value must be a hostname or empty',
    ]),
  ),
  { maxItems: 16, ...rules(uniqueAddress('IPAddress'), uniqueAddress('Hostname')) },
);

const routeKind = (): Schema => object({ group: group({ default: api }), 'kind!': kind() });

const selector = object(
  {
    matchLabels: mapOf(text()),
    matchExpressions: list(object({ 'key!': text(), 'operator!': text(), values: list(text()) })),
  },
  { 'x-kubernetes-map-type': 'atomic' },
);

const allowedRoutes = object(
  {
    kinds: list(routeKind(), { maxItems: 8 }),
    namespaces: object(
      { from: oneOf(['All', 'Selector', 'Same'], { default: 'Same' }), selector },
      { default: { from: 'Same' } },
    ),
  },
  { default: { namespaces: { from: 'Same' } } },
);

const tls = object(
  {
    mode: oneOf(['Terminate', 'Passthrough'], { default: 'Terminate' }),
    certificateRefs: list(
      object({
        group: group({ default: '' }),
        kind: kind({ default: 'Secret' }),
        'name!': name(),
        namespace: namespace(),
      }),
      { maxItems: 64 },
    ),
    options: mapOf(text({ maxLength: 4096 }), { maxProperties: 16 }),
  },
  rules([
    "self.mode == 'Terminate' ? (has(self.certificateRefs) && size(self.certificateRefs) > 0) || (has(self.options) && size(self.options) > 0) : true",
    'mode Terminate needs certificateRefs or options',
  ]),
);

const listeners = listBy(
  'name',
  object({
    'name!': sectionName(),
    'port!': port(),
    'protocol!': text({
      minLength: 1,
      maxLength: 255,
      pattern: `^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|${subdomain}\\/[A-Za-z0-9]+$`,
    }),
    hostname: hostname(),
    allowedRoutes,
    tls,
  }),
  {
    minItems: 1,
    maxItems: 64,
    ...rules(
      [
        "self.all(l, l.protocol in ['HTTP', 'TCP', 'UDP'] ? !has(l.tls) : true)",
        'tls is not for protocols HTTP, TCP and UDP',
      ],
      [
        "self.all(l, l.protocol == 'HTTPS' && has(l.tls) ? l.tls.mode == 'Terminate' : true)",
        'protocol HTTPS needs tls mode Terminate',
      ],
      [
        "self.all(l, l.protocol in ['TCP', 'UDP'] ? !has(l.hostname) || l.hostname == '' : true)",
        'hostname is not for protocols TCP and UDP',
      ],
      ['self.all(l, self.exists_one(m, l.name == m.name))', 'listener names must be unique'],
      [
        'self.all(l, self.exists_one(m, l.port == m.port && l.protocol == m.protocol && (has(l.hostname) && has(m.hostname) ? l.hostname == m.hostname : !has(l.hostname) && !has(m.hostname))))',
        'port, protocol and hostname together must be unique',
      ],
    ),
  },
);

const keyedBy = [
  'self.all(key, key.matches(r"""^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$"""))',
  'keys are an optional DNS prefix and a name of up to 63 characters',
] as const;

const shortPrefix = [
  'self.all(key, key.split("/")[0].size() < 253)',
  'the prefix of a key has less than 253 characters',
] as const;

const infrastructure = object({
  annotations: mapOf(text({ maxLength: 4096 }), {
    maxProperties: 8,
    ...rules(keyedBy, shortPrefix),
  }),
  labels: mapOf(text({ maxLength: 63, pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$' }), {
    maxProperties: 8,
    ...rules(keyedBy, shortPrefix),
  }),
  parametersRef: object({ 'group!': group(), 'kind!': kind(), 'name!': name() }),
});

export const gateway = (): KubeObject =>
  definition(
    {
      group: api,
      kind: 'Gateway',
      plural: 'gateways',
      shortNames: ['gtw'],
      categories,
      versions: ['v1', 'v1beta1'],
      columns: [
        { name: 'Class', type: 'string', jsonPath: '.spec.gatewayClassName' },
        { name: 'Address', type: 'string', jsonPath: '.status.addresses[*].value' },
        {
          name: 'Programmed',
          type: 'string',
          jsonPath: '.status.conditions[?(@.type=="Programmed")].status',
        },
        ageColumn,
      ],
    },
    {
      spec: object({
        'gatewayClassName!': name(),
        'listeners!': listeners,
        addresses,
        infrastructure,
      }),
      status: awaited(
        {
          addresses: list(
            object({ type: addressType(), 'value!': text({ minLength: 1, maxLength: 253 }) }),
            { maxItems: 16 },
          ),
          listeners: listBy(
            'name',
            object({
              'name!': sectionName(),
              'attachedRoutes!': whole(undefined, undefined, { format: 'int32' }),
              'conditions!': conditions(),
              'supportedKinds!': list(routeKind(), { maxItems: 8 }),
            }),
            { maxItems: 64 },
          ),
        },
        'Accepted',
        'Programmed',
      ),
    },
  );

export const gatewayClass = (): KubeObject =>
  definition(
    {
      group: api,
      kind: 'GatewayClass',
      plural: 'gatewayclasses',
      shortNames: ['gc'],
      categories,
      cluster: true,
      versions: ['v1', 'v1beta1'],
      columns: [
        { name: 'Controller', type: 'string', jsonPath: '.spec.controllerName' },
        {
          name: 'Accepted',
          type: 'string',
          jsonPath: '.status.conditions[?(@.type=="Accepted")].status',
        },
        ageColumn,
        { name: 'Description', type: 'string', jsonPath: '.spec.description', priority: 1 },
      ],
    },
    {
      spec: object({
        'controllerName!': controllerName(rules(['self == oldSelf', 'Value is immutable'])),
        description: text({ maxLength: 64 }),
        parametersRef: object({
          'group!': group(),
          'kind!': kind(),
          'name!': name(),
          namespace: namespace(),
        }),
      }),
      status: awaited(
        { supportedFeatures: listBy('name', object({ 'name!': text() }), { maxItems: 64 }) },
        'Accepted',
      ),
    },
  );

export const referenceGrant = (): KubeObject =>
  definition(
    {
      group: api,
      kind: 'ReferenceGrant',
      plural: 'referencegrants',
      shortNames: ['refgrant'],
      categories,
      versions: ['v1beta1'],
    },
    {
      specOptional: true,
      spec: object({
        'from!': list(object({ 'group!': group(), 'kind!': kind(), 'namespace!': namespace() }), {
          minItems: 1,
          maxItems: 16,
        }),
        'to!': list(object({ 'group!': group(), 'kind!': kind(), name: name() }), {
          minItems: 1,
          maxItems: 16,
        }),
      }),
    },
  );
