// Resource Manager v1 and v3: projects, their IAM policies, and permission tests.
// https://docs.cloud.google.com/resource-manager/reference/rest
import type { SandboxContext } from '../core/context.ts';
import type { Timers } from '../core/timers.ts';
import { ApiError, invalidArgument } from './api-error.ts';
import { findProject } from './find-project.ts';
import { assertMembersExist, propagationMs, replacePolicy, showPolicy } from './policy.ts';
import { textsOf } from './read-body.ts';
import type { Api, ApiCall, ApiMethod } from './serve-api.ts';
import type { GoogleState, Project } from './state.ts';

const createTime = '2026-01-05T17:00:00Z';

export function createResourceManager(
  ctx: SandboxContext,
  state: GoogleState,
  timers: Timers,
): Api {
  return {
    service: 'resourcemanager',
    host: 'cloudresourcemanager.googleapis.com',
    title: 'Cloud Resource Manager API',
    prefix: '/resourcemanager',
    methods: [...methods(ctx, state, timers, 'v1'), ...methods(ctx, state, timers, 'v3')],
  };
}

function methods(
  ctx: SandboxContext,
  state: GoogleState,
  timers: Timers,
  version: 'v1' | 'v3',
): ApiMethod[] {
  const project = (call: ApiCall): Project => findProject(state, call.params['project']);
  const path = `/${version}/projects/{project}`;
  const id = `cloudresourcemanager.${version}.projects`;
  return [
    {
      id: `${id}.get`,
      verb: 'GET',
      path,
      permission: 'resourcemanager.projects.get',
      answer: (call) => (version === 'v1' ? showV1(project(call)) : showV3(project(call))),
    },
    {
      id: `${id}.getIamPolicy`,
      verb: 'POST',
      path: `${path}:getIamPolicy`,
      permission: 'resourcemanager.projects.getIamPolicy',
      answer: (call) => showPolicy(project(call).policy),
    },
    {
      id: `${id}.setIamPolicy`,
      verb: 'POST',
      path: `${path}:setIamPolicy`,
      permission: 'resourcemanager.projects.setIamPolicy',
      answer: (call) => {
        const { policy } = project(call);
        const due = timers.due(propagationMs);
        assertMembersExist(state, call.body['policy']);
        replacePolicy(policy, call.body['policy'], due);
        ctx.changed('google');
        // Notifies observers again once these grants have propagated.
        timers.at(due, () => ctx.changed('google'));
        return showPolicy(policy);
      },
    },
    {
      id: `${id}.testIamPermissions`,
      verb: 'POST',
      path: `${path}:testIamPermissions`,
      answer: (call) => {
        // The call works only for an existing project.
        project(call);
        return testPermissions(state, textsOf(call.body, 'permissions'));
      },
    },
  ];
}

function testPermissions(state: GoogleState, wanted: readonly string[]): unknown {
  if (wanted.length > 100) throw invalidArgument('Request contains an invalid argument.');
  const malformed = wanted.find((name) => !/^[a-zA-Z]+(\.[a-zA-Z]+){2,}$/.test(name));
  if (malformed !== undefined) {
    throw new ApiError(400, `Permission ${malformed} is not valid for this resource.`);
  }
  const held = wanted.filter((name) => !state.caller.deniedPermissions.includes(name));
  return held.length === 0 ? {} : { permissions: held };
}

function showV1(project: Project): unknown {
  return {
    projectNumber: project.projectNumber,
    projectId: project.projectId,
    lifecycleState: project.lifecycle,
    name: project.displayName,
    createTime,
  };
}

function showV3(project: Project): unknown {
  return {
    name: `projects/${project.projectNumber}`,
    projectId: project.projectId,
    state: project.lifecycle,
    displayName: project.displayName,
    createTime,
    updateTime: createTime,
    etag: 'W/"f0c2a1b4d3e59687"',
  };
}
