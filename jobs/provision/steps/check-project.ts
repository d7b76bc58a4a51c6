// Step 1: everything that would fail later is found in the first seconds; what can be mended from here is.
import { type Fault, LlmgwError, fail, toFault } from '../../../src/errors.ts';
import type { Check, Step, Wait } from '../../../src/runbook/step.ts';
import type { ProvisionEnv } from '../env.ts';
import { isOurs } from '../marks.ts';
import type { Context } from '../objects.ts';
import { checkApigee } from '../preconditions/apigee.ts';
import { checkMachines } from '../preconditions/machines.ts';
import {
  checkNetwork,
  createProxySubnet,
  findProxySubnet,
  proxySubnetName,
} from '../preconditions/network.ts';
import {
  checkBilling,
  checkPermissions,
  checkProject as checkProjectItself,
  missingApis,
} from '../preconditions/project.ts';

const preconditions = [
  checkProjectItself,
  checkBilling,
  checkPermissions,
  checkMachines,
  checkNetwork,
  checkApigee,
] as const;

export const checkProject: Step<ProvisionEnv> = {
  id: 'check-project',
  title: 'Check the project',
  needs: [],
  async check(context): Promise<Check> {
    const apis = await missingApis(context);
    // The other questions are asked of these APIs.
    if (apis.length > 0) return { state: 'needed', reason: `${apis.join(', ')} are not enabled` };
    const problems = await problemsOf(context);
    if (problems !== undefined) return { state: 'refused', why: problems };
    if ((await findProxySubnet(context)) !== undefined) return { state: 'done' };
    return { state: 'needed', reason: 'the proxy-only subnetwork is missing' };
  },
  async apply(context) {
    const { projectId } = context.env.gateway;
    const apis = await missingApis(context);
    if (apis.length > 0) {
      await context.env.clients.serviceUsage.enable(projectId, apis);
      return;
    }
    if ((await findProxySubnet(context)) === undefined) await createProxySubnet(context);
  },
  async wait(context): Promise<Wait> {
    const apis = await missingApis(context);
    if (apis.length > 0) return { state: 'notYet', seen: `enabling ${apis.join(', ')}` };
    try {
      return await waitForSubnet(context);
    } catch (error) {
      // Enabled is not felt everywhere at once.
      const fault = toFault(error);
      if (fault.code === 'api_disabled') return { state: 'notYet', seen: fault.message };
      throw error;
    }
  },
  async undo(context) {
    const { compute } = context.env.clients;
    const { name, projectId, region } = context.env.gateway;
    const subnetworks = await compute.listSubnetworks(projectId, region);
    const subnet = subnetworks.find((one) => one.name === proxySubnetName(region));
    if (subnet === undefined || !isOurs(subnet.description, name)) return;
    await compute.deleteSubnetwork(projectId, region, subnet.name);
  },
  deadlineMs: 15 * 60_000,
  expectMs: 15_000,
  retry: 'cloud',
};

async function waitForSubnet(context: Context): Promise<Wait> {
  const problems = await problemsOf(context);
  if (problems !== undefined) throw new LlmgwError(problems);
  if ((await findProxySubnet(context)) !== undefined) return { state: 'ready' };
  // The APIs came first; only now could it be asked for.
  await createProxySubnet(context);
  return { state: 'notYet', seen: 'creating the proxy-only subnetwork' };
}

/** All problems at once, as one fault; undefined when there are none. */
async function problemsOf(context: Context): Promise<Fault | undefined> {
  const found = await Promise.allSettled(
    preconditions.map((precondition) => precondition(context)),
  );
  const problems = found.flatMap((one) => {
    if (one.status === 'fulfilled') return one.value;
    const fault = toFault(one.reason);
    // A look that is denied is one more thing to mend; an outage is the engine's to try again.
    if (fault.kind !== 'permanent' || fault.code === 'api_disabled') throw one.reason;
    return [fault];
  });
  const [first, ...more] = problems;
  if (first === undefined || more.length === 0) return first;
  const lines = problems.map(({ message, next }) => `• ${message}. ${next ?? ''}`.trim());
  return fail(
    'refused',
    'preconditions',
    `${problems.length} things are to be mended first:\n${lines.join('\n')}`,
    {
      next: 'Mend each as it says, then run `/llmgw provision` again.',
      details: { codes: problems.map(({ code }) => code) },
    },
  ).fault;
}
