// Steps 11 to 19 against the sandbox's cloud: they protect the gateway, prove it, see drift, and go away again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type World, startWorld } from '../support/world.ts';

const protectionSteps = [
  'prepare-apigee-identity',
  'create-apigee-environment',
  'install-apigee-operator',
  'create-backend-service',
  'attach-traffic-extension',
  'verify-locked',
  'create-api-product',
  'create-operation-set',
  'prove-protection',
];

let world: World;
beforeAll(async () => {
  world = await startWorld({ speed: 2000 });
  await world.provision();
}, 170_000);
afterAll(() => world?.stop());

describe('after provisioning', () => {
  it('holds the four proofs, and whether answers stream', () => {
    expect(world.outputs['prove-protection']).toMatchObject({
      endpoint: expect.stringMatching(/^http:\/\/127\./),
      streaming: true,
      proofs: [
        { name: 'no-key', expected: 'refused', code: 'steps.raisefault.RaiseFault', ok: true },
        { name: 'wrong-key', expected: '401', status: 401, code: 'oauth.v2.InvalidApiKey' },
        { name: 'right-key', expected: '200', status: 200, code: '', ok: true },
        { name: 'over-quota', status: 429, code: 'policies.ratelimit.QuotaViolation', ok: true },
      ],
    });
  });

  it.each(protectionSteps)('finds %s done', async (step) => {
    expect(await world.check(step)).toMatchObject({ state: 'done' });
  });
});
