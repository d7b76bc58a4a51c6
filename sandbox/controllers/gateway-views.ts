// Typed views of gateways, routes, pools and attachments, for controllers and data plane.
import { z } from 'zod';
import type { KubeObject } from '../kubernetes/cluster.ts';

export const controllerName = 'networking.gke.io/gateway';

const parentRef = z.object({
  group: z.string().default('gateway.networking.k8s.io'),
  kind: z.string().default('Gateway'),
  namespace: z.string().optional(),
  name: z.string(),
  sectionName: z.string().optional(),
  port: z.number().optional(),
});

const listener = z.object({
  name: z.string(),
  port: z.number(),
  protocol: z.string().default('HTTP'),
  hostname: z.string().optional(),
  allowedRoutes: z
    .object({
      namespaces: z.object({ from: z.string().default('Same') }).default({ from: 'Same' }),
    })
    .default({ namespaces: { from: 'Same' } }),
});

const gatewaySpec = z.object({
  gatewayClassName: z.string(),
  listeners: z.array(listener),
  addresses: z
    .array(z.object({ type: z.string().default('IPAddress'), value: z.string().default('') }))
    .default([]),
});

const backendRef = z.object({
  group: z.string().default(''),
  kind: z.string().default('Service'),
  namespace: z.string().optional(),
  name: z.string(),
  port: z.number().optional(),
  weight: z.number().default(1),
});

const headerMatch = z.object({
  type: z.string().default('Exact'),
  name: z.string(),
  value: z.string(),
});

const routeMatch = z.object({
  path: z
    .object({ type: z.string().default('PathPrefix'), value: z.string().default('/') })
    .default({ type: 'PathPrefix', value: '/' }),
  method: z.string().optional(),
  headers: z.array(headerMatch).default([]),
});

const everything = { path: { type: 'PathPrefix', value: '/' }, headers: [] };

const rule = z.object({
  matches: z.array(routeMatch).default([everything]),
  filters: z.array(z.looseObject({ type: z.string() })).default([]),
  backendRefs: z.array(backendRef).default([]),
});

const routeSpec = z.object({
  parentRefs: z.array(parentRef).default([]),
  hostnames: z.array(z.string()).default([]),
  rules: z.array(rule).default([]),
});

const poolSpec = z.object({
  selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
  targetPorts: z.array(z.object({ number: z.number() })).min(1),
  endpointPickerRef: z.object({
    group: z.string().default(''),
    kind: z.string().default('Service'),
    name: z.string(),
    port: z.object({ number: z.number() }).optional(),
    failureMode: z.enum(['FailClose', 'FailOpen']).default('FailClose'),
  }),
});

const targetRef = z.object({
  group: z.string().default(''),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
});

const extension = z.object({
  name: z.string(),
  backendRef: z
    .object({
      group: z.string().default(''),
      kind: z.string().default('Service'),
      name: z.string(),
      port: z.number().optional(),
    })
    .optional(),
  googleAPIServiceName: z.string().optional(),
  failOpen: z.boolean().default(false),
  timeout: z.string().default('1000ms'),
  supportedEvents: z.array(z.string()).default([]),
});

const extensionSpec = z.object({
  targetRefs: z.array(targetRef),
  extensionChains: z.array(
    z.object({
      name: z.string(),
      matchCondition: z
        .object({ celExpressions: z.array(z.object({ celMatcher: z.string() })).default([]) })
        .default({ celExpressions: [] }),
      extensions: z.array(extension),
    }),
  ),
});

const healthCheckSpec = z.object({
  targetRef,
  default: z
    .object({
      config: z
        .object({
          type: z.string().default('HTTP'),
          httpHealthCheck: z
            .object({ requestPath: z.string().default('/'), port: z.number().optional() })
            .optional(),
        })
        .optional(),
    })
    .default({}),
});

export type ParentRef = z.infer<typeof parentRef>;
export type Listener = z.infer<typeof listener>;
export type BackendRef = z.infer<typeof backendRef>;
export type RouteMatch = z.infer<typeof routeMatch>;
export type RouteSpec = z.infer<typeof routeSpec>;
export type PoolSpec = z.infer<typeof poolSpec>;
export type Extension = z.infer<typeof extension>;
export type ExtensionSpec = z.infer<typeof extensionSpec>;
export type HealthCheckSpec = z.infer<typeof healthCheckSpec>;

export const readGateway = (object: KubeObject) => gatewaySpec.parse(object['spec']);
export const readRoute = (spec: unknown): RouteSpec => routeSpec.parse(spec);
export const readPool = (object: KubeObject): PoolSpec => poolSpec.parse(object['spec']);
export const readExtension = (spec: unknown): ExtensionSpec => extensionSpec.parse(spec);
export const readHealthCheck = (object: KubeObject): HealthCheckSpec =>
  healthCheckSpec.parse(object['spec']);
export const readTarget = (object: KubeObject) =>
  z.object({ targetRef }).parse(object['spec']).targetRef;

export const poolGroup = 'inference.networking.k8s.io';

export const isPool = (ref: BackendRef): boolean =>
  ref.group === poolGroup && ref.kind === 'InferencePool';
