// HTTPRoute of the Gateway API, standard channel, in our own words.
import type { KubeObject } from '../cluster.ts';
import type { Schema } from '../schema/schema.ts';
import {
  ageColumn,
  conditions,
  controllerName,
  definition,
  duration,
  group,
  headerName,
  hostname,
  kind,
  list,
  listBy,
  name,
  namespace,
  object,
  oneOf,
  parentRef,
  port,
  rules,
  sectionName,
  text,
} from './fields.ts';
import { filters } from './route-filters.ts';

const plainPath = "self.type in ['Exact', 'PathPrefix']";

const mayNotContain = (part: string): readonly [string, string] => [
  `${plainPath} ? !self.value.contains('${part}') : true`,
  `an Exact or PathPrefix value must not contain '${part}'`,
];

const mayNotEnd = (part: string): readonly [string, string] => [
  `${plainPath} ? !self.value.endsWith('${part}') : true`,
  `an Exact or PathPrefix value must not end with '${part}'`,
];

const everyPath = { type: 'PathPrefix', value: '/' };

const pathMatch = object(
  {
    type: oneOf(['Exact', 'PathPrefix', 'RegularExpression'], { default: 'PathPrefix' }),
    value: text({ default: '/', maxLength: 1024 }),
  },
  {
    default: everyPath,
    ...rules(
      [
        `${plainPath} ? self.value.startsWith('/') : true`,
        "an Exact or PathPrefix value must start with '/'",
      ],
      ...['//', '/./', '/../', '%2f', '%2F', '#'].map(mayNotContain),
      ...['/..', '/.'].map(mayNotEnd),
      [
        `${plainPath} ? self.value.matches(r"""^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|[%][0-9a-fA-F]{2})+$""") : true`,
        'an Exact or PathPrefix value must hold only characters of a path',
      ],
    ),
  },
);

const comparison = (maxLength: number): Schema =>
  object({
    'name!': headerName(),
    type: oneOf(['Exact', 'RegularExpression'], { default: 'Exact' }),
    'value!': text({ minLength: 1, maxLength }),
  });

const matches = list(
  object({
    path: pathMatch,
    method: oneOf(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH']),
    headers: listBy('name', comparison(4096), { maxItems: 16 }),
    queryParams: listBy('name', comparison(1024), { maxItems: 16 }),
  }),
  { default: [{ path: everyPath }], maxItems: 64 },
);

export const backendRef = (): Schema['properties'] => ({
  group: group({ default: '' }),
  kind: kind({ default: 'Service' }),
  'name!': name(),
  namespace: namespace(),
  port: port(),
});

const backendRefs = list(
  object(
    {
      ...backendRef(),
      weight: { type: 'integer', format: 'int32', default: 1, minimum: 0, maximum: 1_000_000 },
      filters: filters(),
    },
    rules([
      "size(self.group) == 0 && self.kind == 'Service' ? has(self.port) : true",
      'a Service reference must have a port',
    ]),
  ),
  { maxItems: 16 },
);

/** A prefix can be replaced only when the rule matches exactly one prefix. */
const replacesPrefix = (filter: string): string =>
  `has(f.${filter}) && has(f.${filter}.path) && f.${filter}.path.type == 'ReplacePrefixMatch'`;
const onePrefix =
  "size(self.matches) == 1 && self.matches.all(m, has(m.path) && m.path.type == 'PathPrefix')";
const prefixRule = (filter: string): readonly [string, string] => [
  `has(self.filters) && self.filters.exists_one(f, ${replacesPrefix(filter)}) ? ${onePrefix} : true`,
  `${filter} with ReplacePrefixMatch needs exactly one PathPrefix match`,
];
const backendPrefixRule = (filter: string): readonly [string, string] => [
  `has(self.backendRefs) && self.backendRefs.exists_one(b, has(b.filters) && b.filters.exists_one(f, ${replacesPrefix(filter)})) ? ${onePrefix} : true`,
  `${filter} with ReplacePrefixMatch needs exactly one PathPrefix match`,
];

const timeouts = object(
  { request: duration(), backendRequest: duration() },
  rules([
    "!(has(self.request) && has(self.backendRequest) && duration(self.request) != duration('0s') && duration(self.backendRequest) > duration(self.request))",
    'backendRequest cannot be longer than request',
  ]),
);

// CEL has no sum: the matches of each of the sixteen possible rules are added by hand.
const matchesOfAll = Array.from(
  { length: 16 },
  (_, at) => `(size(self) > ${at} ? size(self[${at}].matches) : 0)`,
).join(' + ');

const routeRules = list(
  object(
    { name: sectionName(), matches, filters: filters(), backendRefs, timeouts },
    rules(
      [
        'has(self.backendRefs) && size(self.backendRefs) > 0 ? !has(self.filters) || self.filters.all(f, !has(f.requestRedirect)) : true',
        'a RequestRedirect filter and backendRefs exclude each other',
      ],
      prefixRule('requestRedirect'),
      prefixRule('urlRewrite'),
      backendPrefixRule('requestRedirect'),
      backendPrefixRule('urlRewrite'),
    ),
  ),
  {
    default: [{ matches: [{ path: everyPath }] }],
    maxItems: 16,
    ...rules([`${matchesOfAll} <= 128`, 'a route has at most 128 matches']),
  },
);

const sameParent =
  "a.group == b.group && a.kind == b.kind && a.name == b.name && (has(a.__namespace__) ? a.__namespace__ : '') == (has(b.__namespace__) ? b.__namespace__ : '')";
const section = (one: string): string => `(has(${one}.sectionName) ? ${one}.sectionName : '')`;

const parentRefs = list(parentRef(), {
  maxItems: 32,
  ...rules(
    [
      `self.all(a, self.all(b, ${sameParent} ? (${section('a')} == '') == (${section('b')} == '') : true))`,
      'sectionName must be given for each or none of the references to one parent',
    ],
    [
      `self.all(a, self.exists_one(b, ${sameParent} && ${section('a')} == ${section('b')}))`,
      'references to one parent must differ in sectionName',
    ],
  ),
});

export const httpRoute = (): KubeObject =>
  definition(
    {
      group: 'gateway.networking.k8s.io',
      kind: 'HTTPRoute',
      plural: 'httproutes',
      categories: ['gateway-api'],
      versions: ['v1', 'v1beta1'],
      columns: [{ name: 'Hostnames', type: 'string', jsonPath: '.spec.hostnames' }, ageColumn],
    },
    {
      spec: object({
        hostnames: list(hostname(), { maxItems: 16 }),
        parentRefs,
        rules: routeRules,
      }),
      status: object({
        'parents!': list(
          object({
            'conditions!': conditions({ minItems: 1 }),
            'controllerName!': controllerName(),
            'parentRef!': parentRef(),
          }),
          { maxItems: 32 },
        ),
      }),
    },
  );
