// Service Usage v1: enabled APIs of a project, and operations that change them.
// https://docs.cloud.google.com/service-usage/docs/reference/rest/v1
import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../core/context.ts';
import { type FailsOperations, takeError } from '../core/operation-errors.ts';
import type { Timers } from '../core/timers.ts';
import { ApiError, invalidArgument, notFound } from './api-error.ts';
import { findProject } from './find-project.ts';
import { textsOf } from './read-body.ts';
import type { Api, ApiCall } from './serve-api.ts';
import { billedServices, serviceTitles } from './service-catalogue.ts';
import type { GoogleState, Project, ServiceOperation } from './state.ts';

/** Duration of enabling APIs, about half a minute (simulated). */
export const enablingMs = 30_000;
/** Delay after ENABLED (simulated): "wait a few minutes for the action to propagate". */
const propagationMs = 90_000;
const types = 'type.googleapis.com/google.api.serviceusage.v1';

export function createServiceUsage(ctx: SandboxContext, state: GoogleState, timers: Timers): Api {
  const project = (call: ApiCall): Project => findProject(state, call.params['project']);
  const service = (call: ApiCall): string => call.params['service'] ?? '';
  for (const one of Object.values(state.projects)) resume(ctx, timers, one);
  return {
    service: 'serviceusage',
    host: 'serviceusage.googleapis.com',
    title: 'Service Usage API',
    prefix: '/serviceusage',
    methods: [
      {
        id: 'serviceusage.services.list',
        verb: 'GET',
        path: '/v1/projects/{project}/services',
        permission: 'serviceusage.services.list',
        answer: (call) => list(project(call), call.query),
      },
      {
        id: 'serviceusage.services.get',
        verb: 'GET',
        path: '/v1/projects/{project}/services/{service}',
        permission: 'serviceusage.services.get',
        answer: (call) => {
          assertKnown([service(call)]);
          return show(project(call), service(call));
        },
      },
      {
        id: 'serviceusage.services.batchEnable',
        verb: 'POST',
        path: '/v1/projects/{project}/services:batchEnable',
        permission: 'serviceusage.services.enable',
        answer: (call) => {
          const wanted = textsOf(call.body, 'serviceIds');
          return change(ctx, timers, project(call), { services: wanted, enable: true });
        },
      },
      {
        id: 'serviceusage.services.enable',
        verb: 'POST',
        path: '/v1/projects/{project}/services/{service}:enable',
        permission: 'serviceusage.services.enable',
        answer: (call) =>
          change(ctx, timers, project(call), { services: [service(call)], enable: true }),
      },
      {
        id: 'serviceusage.services.disable',
        verb: 'POST',
        path: '/v1/projects/{project}/services/{service}:disable',
        permission: 'serviceusage.services.disable',
        answer: (call) =>
          change(ctx, timers, project(call), { services: [service(call)], enable: false }),
      },
      {
        id: 'serviceusage.operations.get',
        verb: 'GET',
        path: '/v1/operations/{operation}',
        answer: (call) => getOperation(state, call.params['operation'] ?? ''),
      },
    ],
  };
}

function list(project: Project, query: URLSearchParams): unknown {
  const filter = query.get('filter') ?? '';
  const wanted = /^state:(ENABLED|DISABLED)$/.exec(filter)?.[1];
  if (filter !== '' && wanted === undefined) throw invalidArgument('Invalid filter.');
  const all = Object.keys(serviceTitles)
    .map((service) => show(project, service))
    .filter((service) => wanted === undefined || service.state === wanted);
  const size = Math.min(Number(query.get('pageSize') ?? 50) || 50, 200);
  const start = Number(query.get('pageToken') ?? 0) || 0;
  const next = start + size < all.length ? { nextPageToken: String(start + size) } : {};
  return { services: all.slice(start, start + size), ...next };
}

function show(project: Project, service: string) {
  const parent = `projects/${project.projectNumber}`;
  const enabled = project.enabledServices.includes(service);
  return {
    name: `${parent}/services/${service}`,
    config: { name: service, title: serviceTitles[service] ?? service },
    state: enabled ? 'ENABLED' : 'DISABLED',
    parent,
  };
}

function assertKnown(services: readonly string[]): void {
  const unknown = services.filter((service) => serviceTitles[service] === undefined);
  if (unknown.length === 0) return;
  const names = unknown.join(', ');
  throw new ApiError(403, `Not found or permission denied for service(s): ${names}.`, {
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'SERVICE_CONFIG_NOT_FOUND_OR_PERMISSION_DENIED',
        domain: 'serviceusage.googleapis.com',
        metadata: { services: names },
      },
    ],
  });
}

function change(
  ctx: SandboxContext,
  timers: Timers,
  project: Project,
  wanted: { services: string[]; enable: boolean },
): unknown {
  const { services, enable } = wanted;
  if (services.length === 0 || services.length > 20) {
    throw invalidArgument('A batch names between 1 and 20 services.');
  }
  assertKnown(services);
  if (enable) assertBilled(project, services);
  if (services.every((service) => project.enabledServices.includes(service) === enable)) {
    return doneOperation('operations/noop.DONE_OPERATION', project, services, enable);
  }
  const operation: ServiceOperation = {
    name: `operations/acf.p2-${project.projectNumber}-${randomUUID()}`,
    services,
    enable,
    done: false,
    due: timers.due(enablingMs),
  };
  project.serviceOperations[operation.name] = operation;
  ctx.changed('google');
  resume(ctx, timers, project);
  return showOperation(project, operation);
}

/** Schedules the end of every running operation; safe to repeat for the same ones. */
function resume(ctx: SandboxContext, timers: Timers, project: Project): void {
  for (const operation of Object.values(project.serviceOperations)) {
    if (!operation.done) timers.at(operation.due, () => finish(ctx, project, operation));
  }
}

function finish(ctx: SandboxContext, project: Project, operation: ServiceOperation): void {
  if (operation.done) return;
  const error = takeError(
    ctx.state<FailsOperations>('google', () => ({})),
    'services',
  );
  if (error === undefined) {
    const others = project.enabledServices.filter((name) => !operation.services.includes(name));
    project.enabledServices = operation.enable ? [...others, ...operation.services] : others;
    const { propagates } = ctx.state<{ propagates?: boolean }>('google', () => ({}));
    if (operation.enable && propagates === true) {
      const at = ctx.clock.now() + ctx.clock.scaled(propagationMs);
      const felt = Object.fromEntries(operation.services.map((name) => [name, at]));
      project.servicesEffectiveAt = { ...project.servicesEffectiveAt, ...felt };
    }
  } else operation.error = error;
  operation.done = true;
  ctx.changed('google');
}

function assertBilled(project: Project, services: readonly string[]): void {
  const billed = services.filter((service) => billedServices.has(service));
  if (billed.length === 0 || project.billingAccount !== '') return;
  throw new ApiError(
    400,
    `Billing account for project '${project.projectNumber}' is not found. Billing must be enabled for activation of service(s) '${billed.join(',')}' to proceed.`,
    {
      code: 'FAILED_PRECONDITION',
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'UREQ_PROJECT_BILLING_NOT_FOUND',
          domain: 'serviceusage.googleapis.com',
          metadata: { services: billed.join(',') },
        },
      ],
    },
  );
}

function getOperation(state: GoogleState, id: string): unknown {
  const name = `operations/${id}`;
  for (const project of Object.values(state.projects)) {
    const operation = project.serviceOperations[name];
    if (operation !== undefined) return showOperation(project, operation);
  }
  throw notFound(`Operation ${name} not found.`);
}

function showOperation(project: Project, operation: ServiceOperation): unknown {
  const { name, services, enable, done, error } = operation;
  if (error !== undefined) return { name, done, error };
  if (done) return doneOperation(name, project, services, enable);
  const resourceNames = services.map(
    (service) => `services/${service}/projects/${project.projectNumber}`,
  );
  return { name, metadata: { '@type': `${types}.OperationMetadata`, resourceNames } };
}

function doneOperation(
  name: string,
  project: Project,
  services: readonly string[],
  enable: boolean,
): unknown {
  const shown = services.map((service) => show(project, service));
  const response = enable
    ? { '@type': `${types}.BatchEnableServicesResponse`, services: shown }
    : { '@type': `${types}.DisableServiceResponse`, service: shown[0] };
  return { name, done: true, response };
}
