// IAM v1 service accounts: creation, lookup, deletion and their IAM policies.
// https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts
import { randomBytes } from 'node:crypto';
import type { SandboxContext } from '../core/context.ts';
import type { Timers } from '../core/timers.ts';
import { ApiError, invalidArgument, notFound, permissionDenied } from './api-error.ts';
import { findProject } from './find-project.ts';
import {
  assertMembersExist,
  emptyPolicy,
  propagationMs,
  replacePolicy,
  showPolicy,
} from './policy.ts';
import { recordOf, textOf } from './read-body.ts';
import type { Api, ApiCall } from './serve-api.ts';
import type { GoogleState, Project, ServiceAccount } from './state.ts';

export function createServiceAccounts(
  ctx: SandboxContext,
  state: GoogleState,
  timers: Timers,
): Api {
  const collection = '/v1/projects/{project}/serviceAccounts';
  const one = `${collection}/{account}`;
  const id = 'iam.projects.serviceAccounts';
  return {
    service: 'iam',
    host: 'iam.googleapis.com',
    title: 'Identity and Access Management (IAM) API',
    prefix: '/iam',
    methods: [
      {
        id: `${id}.create`,
        verb: 'POST',
        path: collection,
        permission: 'iam.serviceAccounts.create',
        answer: (call) => create(ctx, state, timers, call),
      },
      {
        id: `${id}.list`,
        verb: 'GET',
        path: collection,
        permission: 'iam.serviceAccounts.list',
        answer: (call) => list(findProject(state, call.params['project'])),
      },
      {
        id: `${id}.get`,
        verb: 'GET',
        path: one,
        permission: 'iam.serviceAccounts.get',
        answer: (call) => {
          const { project, account } = find(state, call);
          if (!isKnown(ctx, account)) throw notFound('Unknown service account');
          return show(project, account);
        },
      },
      {
        id: `${id}.delete`,
        verb: 'DELETE',
        path: one,
        permission: 'iam.serviceAccounts.delete',
        answer: (call) => {
          const { project, account } = find(state, call);
          delete project.serviceAccounts[account.email];
          markDeleted(project, account);
          ctx.changed('google');
          return {};
        },
      },
      {
        id: `${id}.getIamPolicy`,
        verb: 'POST',
        path: `${one}:getIamPolicy`,
        permission: 'iam.serviceAccounts.getIamPolicy',
        answer: (call) => {
          const { account } = find(state, call);
          if (!isKnown(ctx, account)) throw unknownYet(account, 'getIamPolicy');
          return showPolicy(account.policy);
        },
      },
      {
        id: `${id}.setIamPolicy`,
        verb: 'POST',
        path: `${one}:setIamPolicy`,
        permission: 'iam.serviceAccounts.setIamPolicy',
        answer: (call) => {
          const { account } = find(state, call);
          if (!isKnown(ctx, account)) throw unknownYet(account, 'setIamPolicy');
          const { policy } = account;
          const due = timers.due(propagationMs);
          assertMembersExist(state, call.body['policy']);
          replacePolicy(policy, call.body['policy'], due);
          ctx.changed('google');
          timers.at(due, () => ctx.changed('google'));
          return showPolicy(policy);
        },
      },
    ],
  };
}

/** Time from the answer to a creation until the account is known everywhere (simulated). */
const accountMs = 20_000;

function create(ctx: SandboxContext, state: GoogleState, timers: Timers, call: ApiCall): unknown {
  const project = findProject(state, call.params['project']);
  const accountId = textOf(call.body, 'accountId');
  if (!/^[a-z][-a-z0-9]{4,28}[a-z0-9]$/.test(accountId)) {
    throw invalidArgument(
      accountId.length < 6 || accountId.length > 30
        ? `The account ID "${accountId}" does not have a length between 6 and 30.`
        : `The account ID "${accountId}" does not match the pattern [a-z]([-a-z0-9]*[a-z0-9]).`,
    );
  }
  const email = `${accountId}@${project.projectId}.iam.gserviceaccount.com`;
  if (project.serviceAccounts[email] !== undefined) {
    throw new ApiError(
      409,
      `Service account ${accountId} already exists within project projects/${project.projectId}.`,
    );
  }
  const wanted = recordOf(call.body, 'serviceAccount');
  const account: ServiceAccount = {
    email,
    uniqueId: `1${randomBytes(8).readBigUInt64BE().toString().padStart(20, '0')}`,
    displayName: textOf(wanted, 'displayName'),
    description: textOf(wanted, 'description'),
    etag: 'MDEwMjE5MjA=',
    disabled: false,
    policy: emptyPolicy(),
    ...(state.propagates === true ? { knownAt: timers.due(accountMs) } : {}),
  };
  project.serviceAccounts[email] = account;
  ctx.changed('google');
  return show(project, account);
}

function list(project: Project): unknown {
  const accounts = Object.values(project.serviceAccounts).map((one) => show(project, one));
  return accounts.length === 0 ? {} : { accounts };
}

/** The account by e-mail or unique id; `-` stands for its project. */
function find(state: GoogleState, call: ApiCall): { project: Project; account: ServiceAccount } {
  const wanted = call.params['account'] ?? '';
  const projects =
    call.params['project'] === '-'
      ? Object.values(state.projects)
      : [findProject(state, call.params['project'])];
  for (const project of projects) {
    const account = Object.values(project.serviceAccounts).find(
      (one) => one.email === wanted || one.uniqueId === wanted,
    );
    if (account !== undefined) return { project, account };
  }
  throw notFound('Unknown service account');
}

const isKnown = (ctx: SandboxContext, { knownAt = 0 }: ServiceAccount): boolean =>
  knownAt <= ctx.clock.now();

/** IAM does not distinguish an unknown account from one that the caller may not see. */
const unknownYet = ({ email }: ServiceAccount, verb: string): ApiError =>
  permissionDenied(
    `iam.serviceAccounts.${verb}`,
    `iam.googleapis.com/projects/-/serviceAccounts/${email}`,
  );

/** Bindings outlive a deleted account, under a name that no new account of the same e-mail gets. */
function markDeleted(project: Project, account: ServiceAccount): void {
  const member = `serviceAccount:${account.email}`;
  for (const binding of project.policy.bindings) {
    binding.members = binding.members.map((one) =>
      one === member ? `deleted:${member}?uid=${account.uniqueId}` : one,
    );
  }
}

function show(project: Project, account: ServiceAccount): unknown {
  const { email, uniqueId, displayName, description, etag, disabled } = account;
  return {
    name: `projects/${project.projectId}/serviceAccounts/${email}`,
    projectId: project.projectId,
    uniqueId,
    email,
    etag,
    oauth2ClientId: uniqueId,
    ...(displayName === '' ? {} : { displayName }),
    ...(description === '' ? {} : { description }),
    ...(disabled ? { disabled } : {}),
  };
}
