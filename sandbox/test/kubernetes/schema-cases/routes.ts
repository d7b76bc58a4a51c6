// Specs of HTTPRoute and Gateway that satisfy and violate each of their rules.
import type { Case, Verdict } from './case.ts';

const service = { name: 's', port: 80 };
const route = (rule: object): object => ({ parentRefs: [{ name: 'g' }], rules: [rule] });
const twoMatches = { matches: [{ path: { value: '/a' } }, { path: { value: '/b' } }] };

/** The settings of each filter type, by their field. */
const filters: Readonly<Record<string, readonly [field: string, settings: object]>> = {
  RequestHeaderModifier: ['requestHeaderModifier', { set: [{ name: 'a', value: 'b' }] }],
  ResponseHeaderModifier: ['responseHeaderModifier', { remove: ['a'] }],
  RequestMirror: ['requestMirror', { backendRef: service }],
  RequestRedirect: ['requestRedirect', { scheme: 'https' }],
  URLRewrite: ['urlRewrite', { hostname: 'a.b' }],
  ExtensionRef: ['extensionRef', { group: 'example.com', kind: 'Filter', name: 'f' }],
};
const filter = (type: string, settings?: object): object => {
  const [field, usual] = filters[type] ?? ['', {}];
  return { type, [field]: settings ?? usual };
};

interface Level {
  readonly at: string;
  readonly of: (list: readonly object[], more?: object) => object;
}

const levels: readonly Level[] = [
  { at: 'of a rule', of: (list, more = {}) => route({ filters: list, ...more }) },
  {
    at: 'of a backend',
    of: (list, more = {}) => route({ backendRefs: [{ ...service, filters: list }], ...more }),
  },
];

const eachType = ({ at, of }: Level): Case[] =>
  Object.entries(filters).flatMap(([type, [field, settings]]): Case[] => {
    const other = type === 'URLRewrite' ? 'RequestMirror' : 'URLRewrite';
    return [
      ['HTTPRoute', `${type} ${at}`, of([filter(type)]), 'valid'],
      ['HTTPRoute', `${type} ${at} without its settings`, of([{ type }]), 'rule'],
      [
        'HTTPRoute',
        `${other} ${at} with the settings of ${type}`,
        of([{ ...filter(other), [field]: settings }]),
        'rule',
      ],
    ];
  });

const together = ({ at, of }: Level): Case[] => [
  ...['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'].map(
    (type): Case => ['HTTPRoute', `${type} twice ${at}`, of([filter(type), filter(type)]), 'rule'],
  ),
  [
    'HTTPRoute',
    `two mirrors ${at}`,
    of([filter('RequestMirror'), filter('RequestMirror')]),
    'valid',
  ],
  [
    'HTTPRoute',
    `redirect and rewrite ${at}`,
    of([filter('RequestRedirect'), filter('URLRewrite')]),
    'rule',
  ],
];

const mirrors = ({ at, of }: Level): Case[] =>
  (
    [
      [
        'a part of it',
        { backendRef: service, fraction: { numerator: 1, denominator: 2 } },
        'valid',
      ],
      [
        'more than all',
        { backendRef: service, fraction: { numerator: 3, denominator: 2 } },
        'rule',
      ],
      [
        'percent and fraction',
        { backendRef: service, percent: 1, fraction: { numerator: 1 } },
        'rule',
      ],
      ['a Service without a port', { backendRef: { name: 's' } }, 'rule'],
    ] satisfies [string, object, Verdict][]
  ).map(([what, settings, verdict]): Case => [
    'HTTPRoute',
    `a mirror ${at}: ${what}`,
    of([filter('RequestMirror', settings)]),
    verdict,
  ]);

const paths = ({ at, of }: Level): Case[] =>
  ['RequestRedirect', 'URLRewrite'].flatMap((type) =>
    (
      [
        ['a full path', { type: 'ReplaceFullPath', replaceFullPath: '/' }, 'valid'],
        ['no full path', { type: 'ReplaceFullPath' }, 'rule'],
        [
          'a prefix beside the full path',
          { type: 'ReplaceFullPath', replaceFullPath: '/', replacePrefixMatch: '/' },
          'rule',
        ],
        ['a prefix', { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' }, 'valid'],
        ['no prefix', { type: 'ReplacePrefixMatch' }, 'rule'],
        [
          'a full path beside the prefix',
          { type: 'ReplacePrefixMatch', replacePrefixMatch: '/', replaceFullPath: '/' },
          'rule',
        ],
      ] satisfies [string, object, Verdict][]
    )
      .map(([what, path, verdict]): Case => [
        'HTTPRoute',
        `${type} ${at}: ${what}`,
        of([filter(type, { path })]),
        verdict,
      ])
      .concat([
        [
          'HTTPRoute',
          `${type} ${at}: a prefix where two are matched`,
          of(
            [filter(type, { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } })],
            twoMatches,
          ),
          'rule',
        ],
      ]),
  );

const matched = (value: string): object => route({ matches: [{ path: { value } }] });
const listener = { name: 'http', port: 80, protocol: 'HTTP' };
const gateway = (more: object, ...listeners: object[]): object => ({
  gatewayClassName: 'gke-l7-rilb',
  listeners: listeners.length === 0 ? [listener] : listeners,
  ...more,
});
const addresses = (...list: object[]): object => gateway({ addresses: list });
const infrastructure = (kind: 'labels' | 'annotations', key: string): object =>
  gateway({ infrastructure: { [kind]: { [key]: 'v' } } });

export const routeCases: readonly Case[] = [
  ...levels.flatMap((level) => [
    ...eachType(level),
    ...together(level),
    ...mirrors(level),
    ...paths(level),
  ]),
  ...['/a/./b', '/a/../b', '/a%2fb', '/a%2Fb', '/a#b', '/a/..', '/a/.'].map((path): Case => [
    'HTTPRoute',
    `the path ${path}`,
    matched(path),
    'rule',
  ]),
  [
    'HTTPRoute',
    'a parent with and without a section',
    { parentRefs: [{ name: 'g' }, { name: 'g', sectionName: 'a' }] },
    'rule',
  ],
  ['HTTPRoute', 'a field that is not there', route({ retries: 3 }), 'unknown field'],
  ['Gateway', 'an address of its own', addresses({ value: '10.0.0.1' }), 'valid'],
  ['Gateway', 'a hostname', addresses({ type: 'Hostname', value: 'a.example.com' }), 'valid'],
  ['Gateway', 'a hostname that is none', addresses({ type: 'Hostname', value: 'A_b' }), 'rule'],
  [
    'Gateway',
    'one hostname twice',
    addresses({ type: 'Hostname', value: 'a.b' }, { type: 'Hostname', value: 'a.b' }),
    'rule',
  ],
  [
    'Gateway',
    'TLS ended without a certificate',
    gateway({}, { name: 'tls', port: 443, protocol: 'HTTPS', tls: {} }),
    'rule',
  ],
  ...(['labels', 'annotations'] as const).flatMap((kind): Case[] => [
    ['Gateway', `${kind} for its parts`, infrastructure(kind, 'example.com/team'), 'valid'],
    ['Gateway', `${kind} with a key that is none`, infrastructure(kind, '-team'), 'rule'],
    [
      'Gateway',
      `${kind} with too long a prefix`,
      infrastructure(kind, `${'a'.repeat(254)}/team`),
      'rule',
    ],
  ]),
];
