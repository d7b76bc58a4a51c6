// All preconditions at once, as far as they can be looked at: what is to be mended, and what is still out of sight.
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
  /** What the APIs said that are off, or not yet on everywhere: nothing can be asked of them. */
  readonly unknown: readonly string[];
}

export async function checkPreconditions(context: Context): Promise<PreconditionFindings> {
  const project = await checkProjectPreconditions(context);
  if (project.problems.length > 0) return project;
  const found = await Promise.all(preconditions.map((one) => look(one, context)));
  return {
    problems: withoutEchoes(found.flatMap(({ problems }) => problems)),
    unknown: [project, ...found].flatMap(({ unknown }) => unknown),
  };
}

/** What other looks make of a problem that is named already: cause -> echoes. */
const echoes: Readonly<Record<string, readonly string[]>> = {
  missing_permissions: ['denied'],
  // Nothing is in a region that does not exist: neither subnetworks nor Apigee.
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

/** Without its project nothing else is worth a question: every answer would be a denial. */
export const checkProjectPreconditions = (context: Context): Promise<PreconditionFindings> =>
  look(checkProject, context);

async function look(precondition: Precondition, context: Context): Promise<PreconditionFindings> {
  try {
    return { problems: await precondition(context), unknown: [] };
  } catch (error) {
    const fault = toFault(error);
    if (fault.code === 'api_disabled') return { problems: [], unknown: [fault.message] };
    // A look that is denied is one more thing to mend; an outage is the engine's to try again.
    if (fault.kind === 'permanent' || fault.kind === 'refused') {
      return { problems: [fault], unknown: [] };
    }
    throw error;
  }
}

/** Several problems as one fault that names each with what mends it; undefined when there are none. */
export function asOneFault(problems: readonly Fault[]): Fault | undefined {
  const [first, ...more] = problems;
  if (first === undefined || more.length === 0) return first;
  const lines = problems.map(({ message, next }) =>
    `• ${message}. ${guidanceText(next ?? '')}`.trim(),
  );
  return fail(
    'refused',
    'preconditions',
    `${problems.length} things are to be mended first:\n${lines.join('\n')}`,
    {
      next: guidance`Mend each as it says, then run ${slashCommand('provision')} again.`,
      details: { codes: problems.map(({ code }) => code) },
    },
  ).fault;
}
