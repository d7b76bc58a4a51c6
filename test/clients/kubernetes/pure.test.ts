// The pure parts: which fields differ, and what pods say about themselves.
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../src/clients/kubernetes/client.ts';
import { changedFields, dotted } from '../../../src/clients/kubernetes/difference.ts';
import { kubernetesFault } from '../../../src/clients/kubernetes/faults.ts';
import { ownerOf } from '../../../src/clients/kubernetes/field-owner.ts';
import { reasonsOf } from '../../../src/clients/kubernetes/pod-reasons.ts';

const object = (more: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'x', ...metadata },
  ...more,
});

describe('changedFields', () => {
  test.each<[string, KubernetesObject, KubernetesObject, string[]]>([
    ['the same', object({ spec: { a: 1 } }), object({ spec: { a: 1 } }), []],
    ['a value', object({ spec: { a: 1 } }), object({ spec: { a: 2 } }), ['spec.a']],
    ['a new field', object({ spec: {} }), object({ spec: { a: { b: 1 } } }), ['spec.a']],
    ['a lost field', object({ spec: { a: 1 } }), object({ spec: {} }), ['spec.a']],
    [
      'an item of a list',
      object({ spec: { list: [{ a: 1 }, { a: 2 }] } }),
      object({ spec: { list: [{ a: 1 }, { a: 3 }] } }),
      ['spec.list[1].a'],
    ],
    [
      'a longer list',
      object({ spec: { list: [1] } }),
      object({ spec: { list: [1, 2] } }),
      ['spec.list'],
    ],
    [
      'bookkeeping',
      object(
        { status: { a: 1 } },
        { resourceVersion: '1', generation: 1, managedFields: [1], uid: 'a' },
      ),
      object(
        { status: { a: 2 } },
        { resourceVersion: '2', generation: 2, managedFields: [2], uid: 'b' },
      ),
      [],
    ],
    [
      'the run that wrote it',
      object({}, { annotations: { 'llmgw.dev/run': 'a' } }),
      object({}, { annotations: { 'llmgw.dev/run': 'b' } }),
      [],
    ],
    [
      'the run alone, where there was no annotation',
      object({}),
      object({}, { annotations: { 'llmgw.dev/run': 'b' } }),
      [],
    ],
    ['nothing and an empty list', object({ spec: {} }), object({ spec: { list: [] } }), []],
  ])('%s', (_name, live, desired, expected) => {
    expect(changedFields(live, desired).map(dotted)).toEqual(expected);
  });
});

const scheduled = { type: 'PodScheduled', status: 'True' };
const pod = (status: object): object => ({ status });
const waiting = (reason: string, message: string) =>
  pod({
    conditions: [scheduled],
    containerStatuses: [{ name: 'vllm', state: { waiting: { reason, message } } }],
  });
const crashed = (terminated: object) =>
  pod({
    conditions: [scheduled],
    containerStatuses: [
      {
        name: 'vllm',
        restartCount: 3,
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } },
        lastState: { terminated },
      },
    ],
  });

describe('ownerOf', () => {
  const entry = (manager: string, time: string, fieldsV1: object, more: object = {}) => ({
    manager,
    operation: 'Update',
    time,
    fieldsV1,
    ...more,
  });
  const replicas = { 'f:spec': { 'f:replicas': {} } };
  const image = (keys: string) => ({
    'f:spec': { 'f:containers': { [keys]: { '.': {}, 'f:image': {} } } },
  });
  const containers = object(
    { spec: { replicas: 0, containers: [{ name: 'side' }, { name: 'vllm', image: 'x' }] } },
    {
      managedFields: [
        entry('llmgw', '2026-01-05T00:00:00Z', replicas),
        entry('early', '2026-01-01T00:00:00Z', replicas),
        entry('late', '2026-01-02T00:00:00Z', replicas),
        entry('kubelet', '2026-01-03T00:00:00Z', replicas, { subresource: 'status' }),
        entry('painter', '2026-01-02T00:00:00Z', image('k:{"name":"vllm"}')),
        entry('whole', '2026-01-02T00:00:00Z', { 'f:data': {} }),
        entry('set', '2026-01-02T00:00:00Z', { 'f:finalizers': { 'v:"a/b"': {} } }),
      ],
    },
  );
  const live = { ...containers, data: { a: '1' }, finalizers: ['a/b'] };

  test.each<[string, (string | number)[], string | undefined]>([
    ['the latest who is not ourselves', ['spec', 'replicas'], 'late'],
    ['an item by its key', ['spec', 'containers', 1, 'image'], 'painter'],
    ['not the item beside it', ['spec', 'containers', 0, 'image'], undefined],
    ['a part of what is owned as a whole', ['data', 'a'], 'whole'],
    ['an item by its value', ['finalizers', 0], 'set'],
    ['what nobody owns', ['spec', 'paused'], undefined],
  ])('%s', (_name, path, manager) => {
    expect(ownerOf(live, path, 'llmgw')?.manager).toBe(manager);
  });

  test('an object without any record', () => {
    expect(ownerOf(object({ spec: { a: 1 } }), ['spec', 'a'], 'llmgw')).toBeUndefined();
  });
});

describe('reasonsOf', () => {
  test.each<[string, object[], { code: string; text: RegExp }[]]>([
    ['ready', [pod({ conditions: [{ type: 'Ready', status: 'True' }] })], []],
    [
      'no room',
      [
        pod({
          conditions: [
            { type: 'PodScheduled', status: 'False', message: '0/3 nodes: Insufficient cpu' },
          ],
        }),
      ],
      [{ code: 'unschedulable', text: /1 of 1 pods: no node fits: 0\/3 nodes/ }],
    ],
    [
      'no image',
      [waiting('ImagePullBackOff', 'not found'), waiting('ErrImagePull', 'not found')],
      [{ code: 'image_pull', text: /2 of 2 pods: image pull fails: not found/ }],
    ],
    [
      'bad config',
      [waiting('CreateContainerConfigError', 'secret "hf-token" not found')],
      [{ code: 'bad_config', text: /secret "hf-token" not found/ }],
    ],
    [
      'out of memory',
      [crashed({ reason: 'OOMKilled', exitCode: 137 })],
      [{ code: 'out_of_memory', text: /OOMKilled.*3 restarts/ }],
    ],
    [
      'refused token',
      [
        crashed({
          reason: 'Error',
          exitCode: 1,
          message: 'Traceback\nOSError: You are trying to access a gated repo.',
        }),
      ],
      [{ code: 'token_refused', text: /Hugging Face rejects the token/ }],
    ],
    [
      'a CPU without AVX-512',
      [crashed({ reason: 'Error', exitCode: 132 })],
      [{ code: 'unfit_machine', text: /1 of 1 pods: .*AVX-512.*illegal instruction/ }],
    ],
    [
      'a CPU without AVX-512, by the words of Python',
      [
        crashed({
          reason: 'Error',
          exitCode: 1,
          message:
            'Fatal Python error: Illegal instruction\n\nCurrent thread 0x7f (most recent call first)',
        }),
        crashed({
          reason: 'Error',
          exitCode: 1,
          message:
            "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {'EngineCore_0': -4}",
        }),
      ],
      [{ code: 'unfit_machine', text: /2 of 2 pods: .*AVX-512/ }],
    ],
    [
      'an image for another architecture',
      [
        crashed({
          reason: 'Error',
          exitCode: 255,
          message: 'exec /usr/bin/python3: exec format error',
        }),
        crashed({
          reason: 'StartError',
          exitCode: 128,
          message:
            'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec format error: unknown',
        }),
        waiting(
          'ErrImagePull',
          'failed to pull and unpack image "x": no match for platform in manifest: not found',
        ),
        pod({
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              message:
                '0/3 nodes are available: 3 node(s) had untolerated taint {kubernetes.io/arch: arm64}. no new claims to deallocate',
            },
          ],
        }),
      ],
      [{ code: 'unfit_machine', text: /4 of 4 pods: .*another CPU architecture/ }],
    ],
    [
      'crash',
      [crashed({ reason: 'Error', exitCode: 1, message: 'Traceback\nValueError: bad argument' })],
      [{ code: 'crashing', text: /code 1, 3 restarts: ValueError: bad argument/ }],
    ],
    [
      'loading',
      [
        pod({
          conditions: [scheduled, { type: 'Ready', status: 'False' }],
          containerStatuses: [{ name: 'vllm', state: { running: { startedAt: '' } } }],
        }),
      ],
      [{ code: 'loading', text: /loading the model/ }],
    ],
    ['new', [pod({ phase: 'Pending' })], [{ code: 'starting', text: /starting/ }]],
    [
      'several, worst first',
      [pod({ phase: 'Pending' }), waiting('ImagePullBackOff', 'not found')],
      [
        { code: 'image_pull', text: /1 of 2 pods/ },
        { code: 'starting', text: /1 of 2 pods/ },
      ],
    ],
  ])('%s', (_name, pods, expected) => {
    expect(reasonsOf(pods)).toEqual(
      expected.map(({ code, text }) => ({
        code,
        text: expect.stringMatching(text),
        pods: expect.any(Array),
      })),
    );
  });
});

const answered = (code: number, body: object | string): Error =>
  Object.assign(new Error('HTTP'), {
    code,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('kubernetesFault', () => {
  test.each<[string, Error, object]>([
    [
      'a conflict names who manages what',
      answered(409, {
        reason: 'Conflict',
        message: 'Apply failed with 1 conflict',
        details: {
          causes: [
            {
              reason: 'FieldManagerConflict',
              message: 'conflict with "kubectl" using apps/v1',
              field: '.spec.replicas',
            },
          ],
        },
      }),
      { kind: 'refused', code: 'conflict', message: 'Doing: kubectl manages spec.replicas' },
    ],
    ['a race', answered(409, { reason: 'Conflict' }), { kind: 'transient', code: 'conflict' }],
    ['forbidden', answered(403, { message: 'no' }), { kind: 'permanent', code: 'denied' }],
    [
      'a namespace that goes',
      answered(403, { message: 'unable to create: namespace apim is being terminated' }),
      { kind: 'transient', code: 'terminating' },
    ],
    [
      'an API server that has just started',
      answered(403, { message: 'namespaces "apim" is forbidden: not yet ready to handle request' }),
      { kind: 'transient', code: 'unavailable', untilDeadline: true },
    ],
    [
      'a resource quota',
      answered(403, { message: 'exceeded quota: compute' }),
      { kind: 'permanent', code: 'quota_exceeded' },
    ],
    ['invalid', answered(422, { message: 'bad' }), { kind: 'permanent', code: 'rejected' }],
    [
      'too many',
      answered(429, { message: 'slow', details: { retryAfterSeconds: 3 } }),
      { kind: 'transient', code: 'rate_limited', retryAfterMs: 3000 },
    ],
    ['an outage', answered(503, 'upstream down'), { kind: 'transient', code: 'unavailable' }],
    [
      'a lost connection',
      Object.assign(new TypeError('fetch failed'), {
        cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }),
      }),
      { kind: 'transient', code: 'unavailable' },
    ],
    ['what nobody foresaw', new Error('boom'), { kind: 'bug', code: 'unexpected' }],
  ])('%s', (_name, error, expected) => {
    expect(kubernetesFault(error, 'Doing').fault).toMatchObject(expected);
  });
});
