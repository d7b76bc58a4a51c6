// All preconditions at once: problems to fix and unreadable parts.
import { foreignFault } from '../../../src/clients/shared/consumer.ts';
import { guidance, guidanceText, slashCommand } from '../../../src/kernel/guidance.ts';
import { type Fault, fail, toFault } from '../../../src/kernel/errors.ts';
import type { Context } from '../../../src/gateway/objects.ts';
import { checkApigee } from './apigee.ts';
import { checkMachines } from './machines.ts';
import { checkModel } from './model.ts';
import { checkNetwork } from './network.ts';
import { checkBilling, checkPermissions, checkProject } from './project.ts';

export type Precondition = (context: Context) => Promise<Fault[]>;

const preconditions: readonly Precondition[] = [
  checkBilling,
  checkPermissions,
  checkMachines,
  checkNetwork,
  checkApigee,
  checkModel,
];

export interface PreconditionFindings {
  readonly problems: readonly Fault[];
  /** Messages of disabled APIs, which answer no check. */
  readonly unknown: readonly string[];
}

export async function checkPreconditions(context: Context): Promise<PreconditionFindings> {
  const project = await checkProjectPreconditions(context);
  if (project.problems.length > 0) return project;
  const found = await Promise.all(preconditions.map((one) => run(one, context)));
  return {
    problems: withoutEchoes(found.flatMap(({ problems }) => problems)),
    unknown: [project, ...found].flatMap(({ unknown }) => unknown),
  };
}

/** Problem -> the codes that it causes in other checks. */
const echoes: Readonly<Record<string, readonly string[]>> = {
  missing_permissions: ['denied'],
  // A missing region has neither subnets nor Apigee.
  no_region: ['not_found', 'no_apigee_instance'],
};

function withoutEchoes(problems: readonly Fault[]): readonly Fault[] {
  return Object.entries(echoes).reduce(
    (left, [cause, echoing]) =>
      left.some(({ code }) => code === cause)
        ? left.filter(({ code }) => !echoing.includes(code))
        : left,
    problems,
  );
}

/** Checked first, as everything else is denied without the project. */
export const checkProjectPreconditions = (context: Context): Promise<PreconditionFindings> =>
  run(checkProject, context);

async function run(precondition: Precondition, context: Context): Promise<PreconditionFindings> {
  try {
    return { problems: await precondition(context), unknown: [] };
  } catch (error) {
    const fault = toFault(error);
    if (fault.code === 'api_disabled') {
      const ofAnother = await ofAnotherProject(fault, context);
      return ofAnother === undefined
        ? { problems: [], unknown: [fault.message] }
        : { problems: [ofAnother], unknown: [] };
    }
    // A denied check is one more problem; the engine retries an outage.
    if (fault.kind === 'permanent' || fault.kind === 'refused') {
      return { problems: [fault], unknown: [] };
    }
    throw error;
  }
}

/** The number in a denial is useless until it is compared with the project's own. */
async function ofAnotherProject(fault: Fault, { env }: Context): Promise<Fault | undefined> {
  const { project, service } = fault.details ?? {};
  if (typeof project !== 'string' || !/^\d+$/.test(project)) return undefined;
  if (typeof service !== 'string') return undefined;
  const { projectId } = env.gateway;
  const own = await env.clients.resourceManager.getProject(projectId).catch(() => undefined);
  if (own === undefined || own.projectNumber === project) return undefined;
  return foreignFault(project, { service, projectId }, fault.message).fault;
}

/** Several problems as one fault that names each with its fix; undefined without problems. */
export function asOneFault(problems: readonly Fault[]): Fault | undefined {
  const [first, ...more] = problems;
  if (first === undefined || more.length === 0) return first;
  const lines = problems.map(({ message, next }) =>
    `• ${message}. ${guidanceText(next ?? '')}`.trim(),
  );
  return fail(
    'refused',
    'preconditions',
    `${problems.length} problems to fix:\n${lines.join('\n')}`,
    {
      next: guidance`Fix each problem, then run ${slashCommand('provision')} again.`,
      details: { codes: problems.map(({ code }) => code) },
    },
  ).fault;
}
