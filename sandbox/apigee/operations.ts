// Apigee's long-running operations: one per organization, finished after simulated minutes.
import { randomUUID } from 'node:crypto';
import type { SandboxContext } from '../core/context.ts';
import { takeError } from '../core/operation-errors.ts';
import type { Timers } from '../core/timers.ts';
import { ApiError } from '../google/api-error.ts';
import { showAttachment, showEnvironment, showGroup, showGroupAttachment } from './show.ts';
import type { ApigeeState, Effect, Operation, Organization } from './state.ts';

/** Simulated durations. */
export const operationMs: Readonly<Record<Effect['kind'], number>> = {
  'environment-ready': 40_000,
  'environment-gone': 40_000,
  attached: 5 * 60_000,
  detached: 2 * 60_000,
  'group-set': 15_000,
  'group-gone': 15_000,
  'group-attached': 20_000,
  'group-detached': 20_000,
};

export interface Operations {
  /** @throws ApiError 400 while another operation runs in the organization. */
  start(org: Organization, wanted: Wanted): Operation;
  /** For immediate writes. @throws ApiError 400 as `start` does. */
  assertUnlocked(org: Organization): void;
  /** True while an operation with this effect runs. */
  isPending(org: Organization, matches: (effect: Effect) => boolean): boolean;
}

export interface Wanted {
  readonly operationType: 'INSERT' | 'UPDATE' | 'DELETE';
  /** Path below the organization, e.g. `environments/prod`. */
  readonly target: string;
  readonly effect: Effect;
}

const types = 'type.googleapis.com/google.cloud.apigee.v1';

export function createOperations(
  ctx: SandboxContext,
  state: ApigeeState,
  timers: Timers,
): Operations {
  const finish = (org: Organization, operation: Operation): void => {
    if (operation.pending === undefined) return;
    const { effect } = operation.pending;
    const error = takeError(state, effect.kind);
    if (error === undefined) operation.response = bringAbout(org, effect, ctx.clock.now());
    else {
      operation.error = error;
      undo(org, effect);
    }
    operation.done = true;
    operation.metadata = {
      ...operation.metadata,
      state: 'FINISHED',
      progress: { percentDone: 100 },
    };
    delete operation.pending;
    ctx.changed('apigee');
  };
  const follow = (org: Organization, operation: Operation): void => {
    if (operation.pending === undefined) return;
    timers.at(operation.pending.due, () => finish(org, operation));
  };
  for (const org of Object.values(state.organizations)) {
    for (const operation of Object.values(org.operations)) follow(org, operation);
  }
  return {
    assertUnlocked: (org) => assertUnlocked(state, org),
    start: (org, { operationType, target, effect }) => {
      const targetResourceName = `organizations/${org.name}/${target}`;
      assertUnlocked(state, org);
      const id = randomUUID();
      const operation: Operation = {
        name: `organizations/${org.name}/operations/${id}`,
        done: false,
        metadata: {
          '@type': `${types}.OperationMetadata`,
          operationType,
          targetResourceName,
          state: 'IN_PROGRESS',
        },
        pending: { startedAt: ctx.clock.now(), due: timers.due(operationMs[effect.kind]), effect },
      };
      org.operations[id] = operation;
      ctx.changed('apigee');
      follow(org, operation);
      return operation;
    },
    isPending: (org, matches) =>
      Object.values(org.operations).some(
        ({ pending }) => pending !== undefined && matches(pending.effect),
      ),
  };
}

/** A failed operation restores the earlier state. */
function undo(org: Organization, effect: Effect): void {
  if (effect.kind === 'environment-ready') delete org.environments[effect.environment];
  const environment = effect.kind === 'environment-gone' && org.environments[effect.environment];
  if (environment) environment.state = 'ACTIVE';
}

function assertUnlocked({ lockRefusal }: ApigeeState, org: Organization): void {
  const other = Object.values(org.operations).find(({ done }) => !done);
  if (other === undefined) return;
  if (lockRefusal !== undefined) {
    const { status, body } = lockRefusal;
    throw new ApiError(status, body, { body });
  }
  const { effect } = other.pending ?? {};
  const where = effect === undefined ? `"${other.name}"` : `where ${doing(effect)}`;
  throw new ApiError(400, `the resource is locked by another operation ${where}`, {
    code: 'FAILED_PRECONDITION',
  });
}

/** `environment b is currently being created` */
function doing(effect: Effect): string {
  switch (effect.kind) {
    case 'environment-ready':
      return `environment ${effect.environment} is currently being created`;
    case 'environment-gone':
      return `environment ${effect.environment} is currently being deleted`;
    case 'attached':
      return `the attachment of environment ${effect.environment} to instance ${effect.instance} is currently being created`;
    case 'detached':
      return `the attachment ${effect.attachment} of instance ${effect.instance} is currently being deleted`;
    case 'group-set':
      return `environment group ${effect.group} is currently being updated`;
    case 'group-gone':
      return `environment group ${effect.group} is currently being deleted`;
    case 'group-attached':
    case 'group-detached':
      return `the attachments of environment group ${effect.group} are currently being updated`;
  }
}

/** Changes the organization and returns the response. Resources deleted in between stay deleted. */
function bringAbout(org: Organization, effect: Effect, now: number): Record<string, unknown> {
  switch (effect.kind) {
    case 'environment-ready': {
      const environment = org.environments[effect.environment];
      if (environment === undefined) return {};
      environment.state = 'ACTIVE';
      return { '@type': `${types}.Environment`, ...showEnvironment(environment) };
    }
    case 'environment-gone':
      delete org.environments[effect.environment];
      return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
    case 'attached': {
      const { instance, attachment: name, environment } = effect;
      const attachment = { name, environment, createdAt: now };
      const attachments = org.instances[instance]?.attachments;
      if (attachments !== undefined) attachments[name] = attachment;
      return { '@type': `${types}.InstanceAttachment`, ...showAttachment(attachment) };
    }
    case 'detached':
      delete org.instances[effect.instance]?.attachments[effect.attachment];
      return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
    case 'group-set': {
      const { group: name, hostnames } = effect;
      const group = org.envgroups[name] ?? { name, hostnames, attachments: {}, createdAt: now };
      group.hostnames = hostnames;
      org.envgroups[name] = group;
      return { '@type': `${types}.EnvironmentGroup`, ...showGroup(group) };
    }
    case 'group-gone':
      delete org.envgroups[effect.group];
      return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
    case 'group-attached': {
      const group = org.envgroups[effect.group];
      if (group === undefined) return {};
      const attachment = { name: effect.attachment, environment: effect.environment };
      group.attachments[effect.attachment] = attachment;
      return {
        '@type': `${types}.EnvironmentGroupAttachment`,
        ...showGroupAttachment(group, attachment),
      };
    }
    case 'group-detached':
      delete org.envgroups[effect.group]?.attachments[effect.attachment];
      return { '@type': 'type.googleapis.com/google.protobuf.Empty' };
  }
}
