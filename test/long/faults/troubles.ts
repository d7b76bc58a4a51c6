// Every fault of a gateway with its injection, through cloud state wherever possible.
import { expect } from 'vitest';
import type { ApigeeState, Organization, Product } from '../../../sandbox/apigee/state.ts';
import type { AnswerEnding, FaultRule } from '../../../sandbox/core/faults.ts';
import type { VllmState } from '../../../sandbox/vllm/state.ts';
import type { KubeShell } from '../../../sandbox/test/support/kube-tools.ts';
import type { TestSandbox } from '../../support/sandbox.ts';
import type { Asker } from './asker.ts';

export interface Around {
  readonly sandbox: TestSandbox;
  readonly shell: KubeShell;
  readonly asker: Asker;
  readonly organization: Organization;
  readonly product: Product;
}

export interface Trouble {
  /** Row of the fault table. */
  readonly row: string;
  /** The injection, for the generated table. */
  readonly by: string;
  /** Injected by the switchboard, as no state of the sandbox causes it. */
  readonly isDoor: boolean;
  /** The bot does not notice it while its cache is valid. */
  readonly isRemembered?: boolean;
  /** Injects it. @returns a function that reverts it. */
  readonly begin: (around: Around) => Promise<() => Promise<void> | void>;
  /** The gateway's answer to a direct request of the person, if the test waits for it. */
  readonly seen?: RegExp;
  readonly prompt?: string;
}

export function around(sandbox: TestSandbox, shell: KubeShell, asker: Asker): Around {
  const { organizations } = sandbox.context.state('apigee', (): ApigeeState => expect.fail());
  const organization = Object.values(organizations)[0] ?? expect.fail();
  const product = Object.values(organization.products)[0] ?? expect.fail();
  return { sandbox, shell, asker, organization, product };
}

const words = 'Why is the sky blue?';

/** A change of Apigee's state that is reverted afterwards. */
const inApigee = (
  row: string,
  by: string,
  seen: RegExp,
  change: (around: Around) => () => void,
): Trouble => ({ row, by, isDoor: false, seen, begin: async (at) => change(at) });

const door = (
  row: string,
  by: string,
  rule: Pick<FaultRule, 'service' | 'operation' | 'action'>,
): Trouble => ({
  row,
  by,
  isDoor: true,
  begin: async ({ sandbox }) => {
    const fault = sandbox.context.faults.add({ ...rule, probability: 1, seed: 1 });
    return () => void sandbox.context.faults.remove(fault.id);
  },
});

const answer = (status: number, body: string): FaultRule['action'] => ({
  kind: 'status',
  status,
  body,
  headers: {},
});

/** Deletes an object with kubectl, and applies it again unchanged. */
const deleted = (row: string, seen: RegExp, kind: string, name: string): Trouble => ({
  row,
  by: `kubectl delete ${kind} ${name}`,
  isDoor: false,
  seen,
  begin: async ({ shell }) => {
    const { stdout } = await shell.kubectl(['get', kind, name, '--output=json']);
    await shell.kubectl(['delete', kind, name]);
    const { apiVersion, kind: named, metadata, spec } = JSON.parse(stdout) as KubeJson;
    const { namespace, labels, annotations } = metadata;
    const kept = { apiVersion, kind: named, metadata: { name, namespace, labels, annotations } };
    const input = JSON.stringify({ ...kept, spec });
    return async () => void (await shell.kubectl(['apply', '--filename=-'], { input }));
  },
});

interface KubeJson {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly namespace: string;
    readonly labels?: object;
    readonly annotations?: object;
  };
  readonly spec: object;
}

const keyTroubles: readonly Trouble[] = [
  inApigee('no_key', 'the product loses its operations', /RaiseFault/, ({ product }) => {
    const { operations } = product;
    product.operations = [];
    return () => void (product.operations = operations);
  }),
  inApigee(
    'key_not_for_path',
    'the product’s operation is moved to another path',
    /InvalidApiKeyForGivenResource/,
    ({ product }) => {
      const { operations } = product;
      product.operations = operations.map((one) => ({ ...one, resource: '/v1/other' }));
      return () => void (product.operations = operations);
    },
  ),
  inApigee('wrong_key', 'the key is deleted', /"Invalid ApiKey"/, ({ asker }) => {
    const [app] = Object.values(asker.developer.apps);
    const credentials = app?.credentials ?? [];
    if (app !== undefined) app.credentials = [];
    return () => void (app === undefined ? undefined : (app.credentials = credentials));
  }),
  inApigee('key_not_approved', 'the key is revoked', /ApiKeyNotApproved/, ({ asker }) => {
    asker.credential.status = 'revoked';
    return () => void (asker.credential.status = 'approved');
  }),
  inApigee('app_revoked', 'the app is revoked', /app_not_approved/, ({ asker }) => {
    const apps = Object.values(asker.developer.apps);
    for (const app of apps) app.status = 'revoked';
    return () => {
      for (const app of apps) app.status = 'approved';
    };
  }),
  inApigee(
    'developer_inactive',
    'the developer is set inactive',
    /DeveloperStatusNotActive/,
    ({ asker: { developer } }) => {
      developer.status = 'inactive';
      return () => void (developer.status = 'active');
    },
  ),
  inApigee('key_expired', 'the key’s time is over', /ApiKeyExpired/, ({ asker }) => {
    asker.credential.expiresAt = Date.now() - 1;
    return () => void (asker.credential.expiresAt = -1);
  }),
];

const limitTroubles: readonly Trouble[] = [
  inApigee('quota_spent', 'one request a minute is allowed', /QuotaViolation/, ({ product }) => {
    const quotas = product.operations.map((one) => one.quota);
    for (const one of product.operations) {
      one.quota = { limit: '1', interval: '1', timeUnit: 'minute' };
    }
    return () => {
      for (const [at, one] of product.operations.entries()) {
        const quota = quotas[at];
        if (quota !== undefined) one.quota = quota;
      }
    };
  }),
  door('picker_saturated', 'the endpoint picker sheds it', {
    service: 'dataplane',
    operation: '^picker$',
    action: answer(
      429,
      'inference gateway: InferencePoolResourceExhausted - system saturated, sheddable request dropped',
    ),
  }),
  door('prompt_too_large', 'Apigee’s limit of 30 MB', {
    service: 'dataplane',
    operation: '^POST',
    action: answer(
      413,
      '{"fault":{"faultstring":"Body buffer overflow","detail":{"errorcode":"protocol.http.TooBigBody"}}}',
    ),
  }),
  {
    row: 'context_too_long',
    by: '--max-tokens 32768',
    isDoor: false,
    begin: async () => () => undefined,
    prompt: `--max-tokens 32768 ${words}`,
  },
];

const ending = (row: string, how: AnswerEnding): Trouble =>
  door(row, `the answer ends with ${how}`, {
    service: 'vllm',
    operation: '^completions$',
    action: { kind: 'ending', ending: how },
  });

const unfinishedTroubles: readonly Trouble[] = [
  ending('answer_unfinished', 'abort'),
  ending('answer_unfinished', 'error'),
  ending('answer_unfinished', 'done-alone'),
  ending('answer_unfinished', 'no-finish-reason'),
  ending('stream_failed', 'error-beside-choices'),
  ending('stream_cut', 'no-done'),
  ending('no_tokens_left', 'reasoning-only'),
  ending('tool_requested', 'tool_calls'),
  ending('model_declined', 'refusal'),
  ending('answer_filtered', 'filter-everything'),
  ending('answer_empty', 'empty'),
];

const modelTroubles: readonly Trouble[] = [
  {
    row: 'unknown_model',
    by: '--model nope',
    isDoor: false,
    begin: async () => () => undefined,
    prompt: `--model nope ${words}`,
  },
  door('stream_failed', 'the model breaks off', {
    service: 'vllm',
    operation: '^completions.stream$',
    action: answer(500, 'CUDA out of memory'),
  }),
  door('model_refused', 'the model server refuses it', {
    service: 'vllm',
    operation: '^completions$',
    action: answer(
      422,
      '{"error":{"message":"min_p must be in [0, 1]","type":"UnprocessableEntityError","param":null,"code":422}}',
    ),
  }),
  door('model_failed', 'the model server fails', {
    service: 'vllm',
    operation: '^completions$',
    action: answer(
      500,
      '{"object":"error","message":"EngineCore died","type":"InternalServerError","param":null,"code":500}',
    ),
  }),
  door('picker_refused', 'the endpoint picker refuses it', {
    service: 'dataplane',
    operation: '^picker$',
    action: answer(400, 'inference gateway: BadRequest - model not found in request body'),
  }),
  door('picker_failed', 'the endpoint picker fails', {
    service: 'dataplane',
    operation: '^picker$',
    action: answer(500, 'inference gateway: Internal - no scheduling profile'),
  }),
  {
    row: 'picker_without_pods',
    by: 'kubectl scale deployment vllm-qwen --replicas=0',
    isDoor: false,
    seen: /failed to find candidate pods/,
    begin: async ({ shell }) => {
      const scale = (replicas: number) =>
        shell.kubectl(['scale', 'deployment', 'vllm-qwen', `--replicas=${replicas}`]);
      await scale(0);
      return async () => void (await scale(3));
    },
  },
  deleted('no_healthy_upstream', /no healthy upstream/, 'healthcheckpolicy', 'vllm-qwen'),
  {
    row: 'stream_cut',
    by: 'kubectl delete pods, while the answer grows',
    isDoor: false,
    prompt: '--max-tokens 2000 count to 900',
    begin: async ({ shell, sandbox }) => {
      // Before the first token it would count as a missing answer.
      const words = async () =>
        (await sandbox.get<VllmState>('/_sandbox/state/vllm')).requests.find(
          ({ state }) => state === 'running',
        )?.tokens ?? 0;
      const cut = expect
        .poll(words, { timeout: 60_000 })
        .toBeGreaterThan(5)
        .then(() => shell.kubectl(['delete', 'pods', '--selector=app=vllm-qwen', '--wait=false']));
      return async () => void (await cut);
    },
  },
];

const gatewayTroubles: readonly Trouble[] = [
  inApigee(
    'host_unknown_to_apigee',
    'the gateway’s host is taken out of the environment group',
    /ApplicationNotFound/,
    ({ organization }) => {
      const groups = Object.values(organization.envgroups);
      const before = groups.map(({ hostnames }) => hostnames);
      for (const group of groups) group.hostnames = [];
      return () => {
        for (const [at, group] of groups.entries()) group.hostnames = before[at] ?? [];
      };
    },
  ),
  deleted('pool_missing', /500 fault filter abort/, 'inferencepool', 'vllm-qwen'),
  deleted('no_route', /404 fault filter abort/, 'httproute', 'llm-route'),
  door('upstream_failed', 'the model server’s connection breaks before the answer', {
    service: 'vllm',
    operation: '^completions$',
    action: { kind: 'cut' },
  }),
  {
    row: 'gateway_timed_out',
    by: 'kubectl patch gcpbackendpolicy: one second; an answer that comes whole',
    isDoor: false,
    prompt: '--raw --max-tokens 900 count to 300',
    begin: async ({ shell }) => {
      const patch = (timeoutSec: number) =>
        shell.kubectl([
          'patch',
          'gcpbackendpolicy',
          'vllm-qwen',
          '--type=merge',
          `--patch=${JSON.stringify({ spec: { default: { timeoutSec } } })}`,
        ]);
      await patch(1);
      return async () => void (await patch(300));
    },
  },
  door('extension_failed', 'Apigee does not answer the load balancer', {
    service: 'dataplane',
    operation: '^extension$',
    action: { kind: 'reset' },
  }),
  door('apigee_refused', 'a policy of Apigee fails in the middle of the answer', {
    service: 'vllm',
    operation: '^completions.stream$',
    action: answer(
      500,
      '{"fault":{"faultstring":"Execution of Mask failed","detail":{"errorcode":"steps.javascript.ScriptExecutionFailed"}}}',
    ),
  }),
  door('network_failed', 'the connection to the gateway is reset', {
    service: 'dataplane',
    operation: '^POST',
    action: { kind: 'reset' },
  }),
  {
    row: 'unknown',
    by: 'an answer that nobody knows, with the key in it',
    isDoor: true,
    begin: async ({ sandbox, asker }) => {
      const body = `I am a teapot, and was given ${asker.credential.consumerKey}`;
      const fault = sandbox.context.faults.add({
        service: 'dataplane',
        operation: '^POST',
        action: answer(418, body),
        probability: 1,
        seed: 1,
      });
      return () => void sandbox.context.faults.remove(fault.id);
    },
  },
];

/** In this order; the last one tears the gateway down. */
export const troubles: readonly Trouble[] = [
  ...keyTroubles.map((trouble) => ({ ...trouble, isRemembered: true })),
  ...limitTroubles,
  ...unfinishedTroubles,
  ...modelTroubles,
  ...gatewayTroubles,
  {
    row: 'gateway_address_gone',
    isRemembered: true,
    by: 'kubectl delete gateway inference-gateway',
    isDoor: false,
    seen: /fetch failed/,
    begin: async ({ shell }) => {
      await shell.kubectl(['delete', 'gateway', 'inference-gateway']);
      return () => undefined;
    },
  },
];
