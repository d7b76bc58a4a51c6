// Regional operations of subnetworks, with their duration and the wait call.
import { createHash, randomUUID } from 'node:crypto';
import type { SandboxContext } from '../../core/context.ts';
import { takeError } from '../../core/operation-errors.ts';
import type { Timers } from '../../core/timers.ts';
import type { ComputeOperation, GoogleState, Project, Subnetwork } from '../state.ts';
import { resourceNotFound, selfLink } from './urls.ts';

/** Simulated duration of a subnetwork's creation or deletion. */
const durationMs = 15_000;
/** The real service answers a wait after two minutes at the latest. */
const longestWaitMs = 120_000;

export interface RegionOperations {
  /** The operation that a request with this id started: a repeated request gets the same answer. */
  known(project: Project, requestId: string | undefined): unknown;
  start(wanted: {
    project: Project;
    operationType: ComputeOperation['operationType'];
    subnetwork: Subnetwork;
    requestId: string | undefined;
  }): unknown;
  get(project: Project, region: string, name: string): unknown;
  /** Answers at the operation's end, or unfinished after two minutes. */
  wait(project: Project, region: string, name: string): Promise<unknown>;
}

export function createRegionOperations(
  ctx: SandboxContext,
  state: GoogleState,
  timers: Timers,
): RegionOperations {
  const finish = (project: Project, operation: ComputeOperation): void => {
    if (operation.status === 'DONE') return;
    const error = takeError(state, operation.operationType);
    if (error === undefined) apply(project, operation);
    else operation.error = error;
    operation.status = 'DONE';
    ctx.changed('google');
  };
  const follow = (project: Project, operation: ComputeOperation): void =>
    timers.at(operation.due, () => finish(project, operation));
  for (const project of Object.values(state.projects)) {
    for (const operation of Object.values(project.compute.operations)) {
      if (operation.status !== 'DONE') follow(project, operation);
    }
  }
  const find = (project: Project, region: string, name: string): ComputeOperation => {
    const operation = project.compute.operations[name];
    if (operation?.region === region) return operation;
    throw resourceNotFound(`projects/${project.projectId}/regions/${region}/operations/${name}`);
  };
  return {
    known: (project, requestId) => {
      const known = project.compute.operations[operationName(requestId)];
      return known === undefined ? undefined : show(project, known, ctx.clock.now());
    },
    start: ({ project, operationType, subnetwork, requestId }) => {
      const name = operationName(requestId);
      const { projectId } = project;
      const target = `projects/${projectId}/regions/${subnetwork.region}/subnetworks/${subnetwork.name}`;
      const operation: ComputeOperation = {
        id: String(Date.now() * 1000 + Object.keys(project.compute.operations).length),
        name,
        region: subnetwork.region,
        operationType,
        targetLink: selfLink(target),
        targetId: subnetwork.id,
        user: state.caller.email,
        status: 'RUNNING',
        startedAt: new Date(ctx.clock.now()).toISOString(),
        due: timers.due(durationMs),
        subnetwork,
      };
      project.compute.operations[name] = operation;
      ctx.changed('google');
      follow(project, operation);
      return show(project, operation, ctx.clock.now());
    },
    get: (project, region, name) => show(project, find(project, region, name), ctx.clock.now()),
    wait: async (project, region, name) => {
      const operation = find(project, region, name);
      await settled(ctx, operation);
      return show(project, operation, ctx.clock.now());
    },
  };
}

function operationName(requestId: string | undefined): string {
  const key =
    requestId === undefined ? randomUUID() : createHash('sha1').update(requestId).digest('hex');
  return `operation-${key.slice(0, 32)}`;
}

function apply(project: Project, { operationType, subnetwork }: ComputeOperation): void {
  const { subnetworks } = project.compute;
  const { region, name } = subnetwork;
  if (operationType === 'insert')
    subnetworks[region] = { ...subnetworks[region], [name]: subnetwork };
  else delete subnetworks[region]?.[name];
}

function settled(ctx: SandboxContext, operation: ComputeOperation): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (operation.status === 'DONE') end();
    };
    const timer = setTimeout(() => end(), longestWaitMs);
    const unsubscribe = ctx.onChange(look);
    const end = (): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    look();
  });
}

/** The older APIs have error codes of their own, as text. */
const failure = ({ code, message }: { code: number; message: string }): object => ({
  error: { errors: [{ code: reasons[code] ?? 'INTERNAL_ERROR', message }] },
  httpErrorStatusCode: code === 8 ? 403 : 400,
  httpErrorMessage: code === 8 ? 'FORBIDDEN' : 'BAD REQUEST',
});

const reasons: Readonly<Record<number, string>> = {
  3: 'INVALID_ARGUMENT',
  8: 'QUOTA_EXCEEDED',
  9: 'RESOURCE_IN_USE_BY_ANOTHER_RESOURCE',
};

function show(project: Project, operation: ComputeOperation, now: number): unknown {
  const { id, name, region, operationType, targetLink, targetId, user, status } = operation;
  const done = status === 'DONE';
  const regionPath = `projects/${project.projectId}/regions/${region}`;
  return {
    kind: 'compute#operation',
    id,
    name,
    operationType,
    targetLink,
    targetId,
    status,
    user,
    progress: done ? 100 : 0,
    insertTime: operation.startedAt,
    startTime: operation.startedAt,
    ...(operation.error === undefined ? {} : failure(operation.error)),
    ...(done ? { endTime: new Date(Math.min(operation.due, now)).toISOString() } : {}),
    selfLink: selfLink(`${regionPath}/operations/${name}`),
    region: selfLink(regionPath),
  };
}
