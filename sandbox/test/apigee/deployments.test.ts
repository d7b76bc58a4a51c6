// Tests of deployments, shared flows and flow hooks: deletion is refused while dependents exist.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deploy } from '../../apigee/deployments.ts';
import type { Environment } from '../../apigee/state.ts';
import { openApigee, type OpenApigee, refused } from './open-apigee.ts';

let opened: OpenApigee;
beforeEach(async () => {
  opened = await openApigee();
  await opened.finish('POST', '/environments', { name: 'apim-op-env', type: 'COMPREHENSIVE' });
});
afterEach(() => opened.end());

const flow = 'apim-common-authorization-flow';
const undeployProxy = '/environments/apim-op-env/apis/apigee-llm/revisions/1/deployments';
const undeployFlow = `/environments/apim-op-env/sharedflows/${flow}/revisions/1/deployments`;

function deployBoth(): void {
  const org = opened.apigee.state.organizations['llm-demo'] ?? expect.fail();
  const environment: Environment = org.environments['apim-op-env'] ?? expect.fail();
  deploy(opened.context, org, environment, { kind: 'sharedFlows', name: flow });
  const proxy = { kind: 'proxies', name: 'apigee-llm', calls: [flow] } as const;
  deploy(opened.context, org, environment, { ...proxy, calls: [...proxy.calls] });
}

test('proxies and shared flows are listed for one environment and for all', async () => {
  expect(await opened.ask('GET', '/environments/apim-op-env/deployments')).toEqual({});
  deployBoth();
  const proxies = [{ environment: 'apim-op-env', apiProxy: 'apigee-llm', revision: '1' }];
  const flows = [{ environment: 'apim-op-env', apiProxy: flow, revision: '1' }];
  for (const path of ['/environments/apim-op-env/deployments', '/deployments']) {
    expect(await opened.ask('GET', path)).toMatchObject({ deployments: proxies });
    const shared = await opened.ask('GET', `${path}?sharedFlows=true`);
    expect(shared).toMatchObject({ deployments: flows });
  }
});

test('a shared flow cannot be deleted while a proxy or a flow hook uses it', async () => {
  deployBoth();
  const hook = '/environments/apim-op-env/flowhooks/PreProxyFlowHook';
  await opened.ask('PUT', hook, { sharedFlow: flow });
  const early = await opened.call('DELETE', undeployFlow);
  expect(refused(early)).toMatchObject({
    status: 400,
    code: 'FAILED_PRECONDITION',
    message: 'generic::failed_precondition: undeployment validations failed',
  });
  expect(JSON.stringify(early.body)).toContain('WOULD_BREAK_DEPENDENT');
  expect(refused(await opened.call('DELETE', '/apis/apigee-llm'))).toMatchObject({
    code: 'FAILED_PRECONDITION',
  });
  await opened.ask('DELETE', undeployProxy);
  opened.clock.advance(11_000);
  expect(refused(await opened.call('DELETE', undeployFlow)).status).toBe(400);
  await opened.ask('DELETE', hook);
  expect(await opened.ask('GET', hook)).toEqual({ flowHookPoint: 'PreProxyFlowHook' });
  await opened.ask('DELETE', undeployFlow);
  opened.clock.advance(11_000);
  await opened.ask('DELETE', '/apis/apigee-llm');
  await opened.ask('DELETE', `/sharedflows/${flow}`);
  expect((await opened.call('GET', '/apis/apigee-llm')).status).toBe(404);
  expect((await opened.call('GET', `/sharedflows/${flow}`)).status).toBe(404);
});

test('an environment with deployments or flow hooks cannot be deleted', async () => {
  deployBoth();
  const refuses = async (): Promise<void> =>
    expect(refused(await opened.call('DELETE', '/environments/apim-op-env'))).toMatchObject({
      status: 400,
      code: 'FAILED_PRECONDITION',
      message: expect.stringContaining('generic::failed_precondition') as string,
    });
  await refuses();
  await opened.ask('DELETE', undeployProxy);
  opened.clock.advance(11_000);
  await refuses();
  await opened.ask('DELETE', undeployFlow);
  opened.clock.advance(11_000);
  const hook = '/environments/apim-op-env/flowhooks/PostProxyFlowHook';
  await opened.ask('PUT', hook, { sharedFlow: 'own' });
  await refuses();
  await opened.ask('DELETE', hook);
  await opened.finish('DELETE', '/environments/apim-op-env');
  expect((await opened.call('GET', '/environments/apim-op-env')).status).toBe(404);
});
