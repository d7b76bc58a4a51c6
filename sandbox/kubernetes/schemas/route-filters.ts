// Filters of an HTTPRoute's rules and backends, in our own words.
import type { Schema } from '../schema/schema.ts';
import {
  group,
  headerName,
  kind,
  list,
  listBy,
  name,
  namespace,
  object,
  oneOf,
  port,
  rules,
  subdomain,
  text,
} from './fields.ts';

const header = (): Schema =>
  object({ 'name!': headerName(), 'value!': text({ minLength: 1, maxLength: 4096 }) });

const headerModifier = (): Schema =>
  object({
    set: listBy('name', header(), { maxItems: 16 }),
    add: listBy('name', header(), { maxItems: 16 }),
    remove: list(text(), { maxItems: 16, 'x-kubernetes-list-type': 'set' }),
  });

const tiedTo = (type: string, field: string): readonly [string, string] => [
  `has(self.${field}) == (self.type == '${type}')`,
  `${field} and type ${type} go together`,
];

const pathModifier = (): Schema =>
  object(
    {
      'type!': oneOf(['ReplaceFullPath', 'ReplacePrefixMatch']),
      replaceFullPath: text({ maxLength: 1024 }),
      replacePrefixMatch: text({ maxLength: 1024 }),
    },
    rules(
      tiedTo('ReplaceFullPath', 'replaceFullPath'),
      tiedTo('ReplacePrefixMatch', 'replacePrefixMatch'),
    ),
  );

const preciseHostname = (): Schema =>
  text({ minLength: 1, maxLength: 253, pattern: `^${subdomain}$` });

const requestMirror = (): Schema =>
  object(
    {
      'backendRef!': object(
        {
          group: group({ default: '' }),
          kind: kind({ default: 'Service' }),
          'name!': name(),
          namespace: namespace(),
          port: port(),
        },
        rules([
          "size(self.group) == 0 && self.kind == 'Service' ? has(self.port) : true",
          'a Service reference must have a port',
        ]),
      ),
      percent: { type: 'integer', format: 'int32', minimum: 0, maximum: 100 },
      fraction: object(
        {
          'numerator!': { type: 'integer', format: 'int32', minimum: 0 },
          denominator: { type: 'integer', format: 'int32', minimum: 1, default: 100 },
        },
        rules(['self.numerator <= self.denominator', 'numerator must not exceed denominator']),
      ),
    },
    rules([
      '!(has(self.percent) && has(self.fraction))',
      'percent and fraction exclude each other',
    ]),
  );

const requestRedirect = (): Schema =>
  object({
    scheme: oneOf(['http', 'https']),
    hostname: preciseHostname(),
    path: pathModifier(),
    port: port(),
    statusCode: { type: 'integer', enum: [301, 302], default: 302 },
  });

const byType: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
};

const once = (type: string): readonly [string, string] => [
  `self.filter(f, f.type == '${type}').size() <= 1`,
  `${type} cannot be repeated`,
];

export const filters = (): Schema =>
  list(
    object(
      {
        'type!': oneOf(Object.keys(byType)),
        requestHeaderModifier: headerModifier(),
        responseHeaderModifier: headerModifier(),
        requestMirror: requestMirror(),
        requestRedirect: requestRedirect(),
        urlRewrite: object({ hostname: preciseHostname(), path: pathModifier() }),
        extensionRef: object({ 'group!': group(), 'kind!': kind(), 'name!': name() }),
      },
      rules(...Object.entries(byType).map(([type, field]) => tiedTo(type, field))),
    ),
    {
      maxItems: 16,
      ...rules(
        [
          "!(self.exists(f, f.type == 'RequestRedirect') && self.exists(f, f.type == 'URLRewrite'))",
          'RequestRedirect and URLRewrite exclude each other',
        ],
        ...['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'].map(
          once,
        ),
      ),
    },
  );
