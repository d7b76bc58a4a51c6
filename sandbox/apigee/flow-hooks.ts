// Flow hooks: shared flows for every proxy of an environment.
import type { SandboxContext } from '../core/context.ts';
import { invalidArgument, notFound } from '../google/api-error.ts';
import { textOf } from '../google/read-body.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';
import { environmentOf, organizationOf } from './lookup.ts';
import { type ApigeeState, type Environment, flowHookPoints } from './state.ts';

type Point = (typeof flowHookPoints)[number];

const path = '/v1/organizations/{organization}/environments/{environment}/flowhooks/{flowhook}';
const id = 'apigee.organizations.environments.flowhooks';

export function flowHookMethods(ctx: SandboxContext, state: ApigeeState): ApiMethod[] {
  const found = (call: ApiCall): { environment: Environment; point: Point } => {
    const name = call.params['flowhook'] ?? '';
    const point = flowHookPoints.find((one) => one === name);
    if (point === undefined) throw notFound(`flow hook "${name}" not found`);
    const org = organizationOf(state, call);
    return { environment: environmentOf(org, call.params['environment'] ?? ''), point };
  };
  return [
    {
      id: `${id}.get`,
      verb: 'GET',
      path,
      permission: 'apigee.flowhooks.getSharedFlow',
      answer: (call) => {
        const { environment, point } = found(call);
        return show(point, environment.flowHooks?.[point]);
      },
    },
    {
      id: `${id}.attachSharedFlowToFlowHook`,
      verb: 'PUT',
      path,
      permission: 'apigee.flowhooks.attachSharedFlow',
      answer: (call) => {
        const { environment, point } = found(call);
        const flow = textOf(call.body, 'sharedFlow');
        if (flow === '') throw invalidArgument('sharedFlow is required');
        environment.flowHooks = { ...environment.flowHooks, [point]: flow };
        ctx.changed('apigee');
        return show(point, flow);
      },
    },
    {
      id: `${id}.detachSharedFlowFromFlowHook`,
      verb: 'DELETE',
      path,
      permission: 'apigee.flowhooks.detachSharedFlow',
      answer: (call) => {
        const { environment, point } = found(call);
        delete environment.flowHooks?.[point];
        ctx.changed('apigee');
        return show(point, undefined);
      },
    },
  ];
}

/** Without a shared flow the answer holds only the flow hook point, and is no error. */
const show = (flowHookPoint: Point, sharedFlow: string | undefined): object => ({
  flowHookPoint,
  ...(sharedFlow === undefined ? {} : { sharedFlow, continueOnError: true }),
});
