// GCPBackendPolicy, GCPGatewayPolicy and HealthCheckPolicy of GKE, in our own words.
import type { KubeObject } from '../cluster.ts';
import type { Schema } from '../schema/schema.ts';
import {
  ancestors,
  conditions,
  definition,
  flag,
  object,
  oneOf,
  rules,
  subdomain,
  targetRef,
  text,
  whole,
} from './fields.ts';

const group = 'networking.gke.io';

const policy = (
  kind: string,
  plural: string,
  fields: Schema,
  status: Schema['properties'] = {},
): KubeObject =>
  definition(
    { group, kind, plural, versions: ['v1'] },
    {
      spec: object({ 'targetRef!': targetRef(), default: fields }),
      status: object({ conditions: conditions(), ...status }),
    },
  );

const affinities = [
  'CLIENT_IP',
  'CLIENT_IP_PORT_PROTO',
  'CLIENT_IP_PROTO',
  'GENERATED_COOKIE',
  'HEADER_FIELD',
  'HTTP_COOKIE',
  'NONE',
];

export const backendPolicy = (): KubeObject =>
  policy(
    'GCPBackendPolicy',
    'gcpbackendpolicies',
    object({
      backendPreference: oneOf(['DEFAULT', 'PREFERRED']),
      connectionDraining: object({ drainingTimeoutSec: whole(0, 3600) }),
      iap: object({
        enabled: flag(),
        clientID: text(),
        oauth2ClientSecret: object({ name: text() }),
      }),
      logging: object({ enabled: flag(), sampleRate: whole(0, 1_000_000, { format: 'int32' }) }),
      maxRatePerEndpoint: whole(1, 1_000_000_000),
      securityPolicy: text(),
      sessionAffinity: object({ type: oneOf(affinities), cookieTtlSec: whole(0, 1_209_600) }),
      timeoutSec: whole(1, 2_147_483_647),
    }),
    ancestors('conditions').properties,
  );

export const gatewayPolicy = (): KubeObject =>
  policy(
    'GCPGatewayPolicy',
    'gcpgatewaypolicies',
    object({ allowGlobalAccess: flag(), region: text(), sslPolicy: text() }),
  );

// The field is read without a presence check, as in GKE's own rules: a check must set its portSpecification.
const portRules = rules(
  [
    "self.portSpecification == 'USE_FIXED_PORT' ? has(self.port) && !has(self.portName) : true",
    'USE_FIXED_PORT needs port and no portName',
  ],
  [
    "self.portSpecification == 'USE_NAMED_PORT' ? !has(self.port) && has(self.portName) : true",
    'USE_NAMED_PORT needs portName and no port',
  ],
  [
    "!has(self.portSpecification) || self.portSpecification == 'USE_SERVING_PORT' ? !has(self.port) && !has(self.portName) : true",
    'USE_SERVING_PORT, the default, takes neither port nor portName',
  ],
);

const portFields = (): Record<string, Schema> => ({
  port: whole(1, 65_535),
  portName: text({ maxLength: 63, pattern: '[a-z]([-a-z0-9]*[a-z0-9])?' }),
  portSpecification: oneOf(['USE_FIXED_PORT', 'USE_NAMED_PORT', 'USE_SERVING_PORT']),
});

const bytes = (): Schema => text({ maxLength: 1024, pattern: '[\\x00-\\xFF]+' });
const proxyHeader = (): Schema => oneOf(['NONE', 'PROXY_V1']);

const httpCheck = (): Schema =>
  object(
    {
      ...portFields(),
      host: text({ maxLength: 2048, pattern: `^${subdomain}$` }),
      proxyHeader: proxyHeader(),
      requestPath: text({ maxLength: 2048, pattern: "\\/[A-Za-z0-9\\/\\-._~%!?$&'()*+,;=:]*$" }),
      response: bytes(),
    },
    portRules,
  );

const checks: Readonly<Record<string, string>> = {
  TCP: 'tcpHealthCheck',
  HTTP: 'httpHealthCheck',
  HTTPS: 'httpsHealthCheck',
  HTTP2: 'http2HealthCheck',
  GRPC: 'grpcHealthCheck',
};

const config = object(
  {
    type: oneOf(Object.keys(checks)),
    tcpHealthCheck: object(
      { ...portFields(), proxyHeader: proxyHeader(), request: bytes(), response: bytes() },
      portRules,
    ),
    httpHealthCheck: httpCheck(),
    httpsHealthCheck: httpCheck(),
    http2HealthCheck: httpCheck(),
    grpcHealthCheck: object({ ...portFields(), grpcServiceName: bytes() }, portRules),
  },
  {
    minProperties: 2,
    maxProperties: 2,
    ...rules(
      ...Object.entries(checks).map(([type, field]): readonly [string, string] => [
        `self.type == '${type}' ? has(self.${field}) : true`,
        `${field} must be specified for type ${type}`,
      ]),
    ),
  },
);

export const healthCheckPolicy = (): KubeObject =>
  policy(
    'HealthCheckPolicy',
    'healthcheckpolicies',
    object(
      {
        config,
        checkIntervalSec: whole(1, 300),
        timeoutSec: whole(1, 300),
        healthyThreshold: whole(1, 10),
        unhealthyThreshold: whole(1, 10),
        logConfig: object({ enabled: flag() }),
      },
      rules([
        // Each defaults to 5.
        '(has(self.timeoutSec) ? self.timeoutSec : 5) <= (has(self.checkIntervalSec) ? self.checkIntervalSec : 5)',
        'timeoutSec cannot exceed checkIntervalSec; each is 5 when it is not given',
      ]),
    ),
  );
