// Tests of the unmodified kubectl with cluster controllers: workloads, nodes and access.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployment } from '../../controllers/objects.ts';
import { openShell, type OpenShell } from './open-shell.ts';

let one: OpenShell;
const kubectl = (line: string, input?: object): Promise<string> => one.kubectl(line, input);

beforeAll(async () => {
  one = await openShell();
});
afterAll(async () => {
  expect(one.open.context.unknown).toEqual([]);
  await one.end();
});

test('a rollout has a history, and can be undone, restarted, paused and resumed', async () => {
  const web = (image: string, cause: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', annotations: { 'kubernetes.io/change-cause': cause } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image }] },
      },
    },
  });
  const rolledOut = async (): Promise<void> => {
    expect(await kubectl('rollout status deploy/web --timeout=30s')).toContain(
      'deployment "web" successfully rolled out',
    );
  };
  const history = async (): Promise<string[]> =>
    (await kubectl('rollout history deploy/web')).split('\n').slice(2);
  await kubectl('apply -f -', web('nginx:1.25', 'first'));
  await rolledOut();
  await kubectl('apply -f -', web('nginx:1.26', 'second'));
  await rolledOut();
  expect(await history()).toEqual([
    expect.stringMatching(/^1 +first$/),
    expect.stringMatching(/^2 +second$/),
  ]);

  expect(await kubectl('rollout undo deploy/web')).toBe('deployment.apps/web rolled back');
  await rolledOut();
  const image = 'get deploy/web -o jsonpath={.spec.template.spec.containers[0].image}';
  expect(await kubectl(image)).toBe('nginx:1.25');
  expect(await history()).toEqual([expect.stringMatching(/^2 /), expect.stringMatching(/^3 /)]);
  expect(await kubectl('rollout history deploy/web --revision=2')).toContain('nginx:1.26');
  expect(await kubectl('rollout undo deploy/web --to-revision=9')).toContain(
    'unable to find specified revision 9 in history',
  );

  const pods = async (): Promise<string[]> =>
    (await kubectl('get pods -l app=web -o name')).split('\n').toSorted();
  const before = await pods();
  await kubectl('rollout restart deploy/web');
  await rolledOut();
  await expect.poll(async () => (await pods()).length).toBe(2);
  expect((await pods()).filter((name) => before.includes(name))).toEqual([]);

  await kubectl('rollout pause deploy/web');
  await kubectl('set image deploy/web web=nginx:1.27');
  await kubectl('wait --for=condition=Progressing=Unknown deploy/web --timeout=30s');
  expect(await kubectl('get pods -l app=web -o jsonpath={..image}')).not.toContain('nginx:1.27');
  await kubectl('rollout resume deploy/web');
  await rolledOut();
  expect(await kubectl('get pods -l app=web -o jsonpath={..image}')).toContain('nginx:1.27');
});

test('kubectl describe, events and logs show the state of a pod', async () => {
  await kubectl('apply -f -', deployment('broken', { image: 'nginx:does-not-exist' }));
  await expect
    .poll(() => kubectl('get pods -l app=broken --no-headers'), { interval: 300 })
    .toContain('ImagePullBackOff');
  const described = await kubectl('describe pod -l app=broken');
  expect(described).toMatch(/Warning +Failed .*Failed to pull image "nginx:does-not-exist"/);
  expect(described).toMatch(/Normal +Scheduled .*Successfully assigned default\/broken/);
  expect(await kubectl('logs deploy/broken')).toContain(
    'is waiting to start: trying and failing to pull image',
  );

  await kubectl(
    'apply -f -',
    deployment('crashing', { image: 'busybox:1.37', args: ['crash-on-start'] }),
  );
  await expect
    .poll(() => kubectl('get pods -l app=crashing --no-headers'), { interval: 300 })
    .toContain('CrashLoopBackOff');
  // A restarted container has no logs yet.
  await expect
    .poll(() => kubectl('logs deploy/crashing'), { interval: 300 })
    .toBe('crash-on-start was asked for');
  expect(await kubectl('logs deploy/crashing --previous --tail=1')).toBe(
    'crash-on-start was asked for',
  );
  expect(await kubectl('events --for deploy/crashing')).toMatch(
    /ScalingReplicaSet +Deployment\/crashing +Scaled up replica set crashing-\w+ from 0 to 1/,
  );
  expect(await kubectl('get events --field-selector=reason=BackOff,type=Warning')).toContain(
    'Back-off restarting failed container',
  );
  await kubectl('delete deploy broken crashing');
});

test('kubectl scale, patch, set and expose change the workload', async () => {
  expect(await kubectl('create deployment made --image=nginx:1.27')).toBe(
    'deployment.apps/made created',
  );
  expect(await kubectl('expose deploy/made --port=80')).toBe('service/made exposed');
  await kubectl('scale deploy/made --replicas=2');
  await kubectl(
    'patch deploy/made --type=json -p [{"op":"replace","path":"/spec/minReadySeconds","value":1}]',
  );
  const env = '{"name":"nginx","env":[{"name":"A","value":"b"}]}';
  await kubectl(`patch deploy/made -p {"spec":{"template":{"spec":{"containers":[${env}]}}}}`);
  await kubectl('set env deploy/made C=d');
  await kubectl('set resources deploy/made --requests=cpu=1');
  await kubectl('wait --for=jsonpath={.status.updatedReplicas}=2 deploy/made --timeout=30s');
  await kubectl('rollout status deploy/made --timeout=30s');
  const container = 'jsonpath={.spec.template.spec.containers[0]}';
  expect(JSON.parse(await kubectl(`get deploy/made -o ${container}`))).toMatchObject({
    image: 'nginx:1.27',
    env: [
      { name: 'A', value: 'b' },
      { name: 'C', value: 'd' },
    ],
    resources: { requests: { cpu: '1' } },
  });
  await expect
    .poll(() => kubectl('get endpointslices -l kubernetes.io/service-name=made --no-headers'))
    .toMatch(/IPv4 +80 +10\.4\.\d+\.\d+,10\.4\.\d+\.\d+/);
});

test('nodes can be cordoned and drained, and pods without a node stay pending with a reason', async () => {
  await kubectl('drain -l kubernetes.io/os=linux --timeout=30s');
  expect(await kubectl('get nodes --no-headers')).toMatch(
    /^(\S+ +Ready,SchedulingDisabled .*\n?){3}$/,
  );
  await expect
    .poll(() => kubectl('describe pods -l app=made'), { interval: 300 })
    .toContain('0/3 nodes are available: 3 node(s) were unschedulable.');
  await kubectl('uncordon -l kubernetes.io/os=linux');
  expect(await kubectl('rollout status deploy/made --timeout=30s')).toContain('successfully');
  // More pods than the nodes fit: some stay pending, and the Deployment reports it.
  await kubectl('set resources deploy/made --requests=cpu=12');
  await kubectl('scale deploy/made --replicas=5');
  await expect
    .poll(() => kubectl('get pods -l app=made --no-headers'), { interval: 300 })
    .toContain('Pending');
  await kubectl('scale deploy/made --replicas=1');
  expect(await kubectl('rollout status deploy/made --timeout=30s')).toContain('successfully');
});

test('a server-side dry run shows the result and stores nothing', async () => {
  const made = await kubectl('create deployment never --image=nginx:1.27 --dry-run=server -o yaml');
  expect(made).toContain('progressDeadlineSeconds: 600');
  expect(made).toContain('maxSurge: 25%');
  const applied = deployment('never', { image: 'nginx:1.27' });
  expect(await kubectl('apply --server-side --dry-run=server -f -', applied)).toBe(
    'deployment.apps/never serverside-applied (server dry run)',
  );
  expect(await kubectl('diff -f -', applied)).toContain('+  name: never');
  expect(await kubectl('get deploy never')).toContain('(NotFound)');
});

test('a deletion follows the requested cascade', async () => {
  expect(await kubectl('delete deploy/made --cascade=orphan')).toContain('deleted');
  expect(await kubectl('get rs -l app=made -o name')).toMatch(/^replicaset\.apps\/made-/);
  await expect.poll(() => kubectl('get rs -l app=made -o jsonpath={..ownerReferences}')).toBe('');
  expect(await kubectl('delete rs -l app=made --cascade=foreground --timeout=30s')).toContain(
    'deleted',
  );
  expect(await kubectl('get pods -l app=made -o name')).toBe('');
  const waiting = kubectl('wait --for=delete deploy/web --timeout=30s');
  await kubectl('delete deploy/web --cascade=background');
  await waiting;
  await expect.poll(() => kubectl('get pods -l app=web -o name')).toBe('');
});

test('kubectl respects roles, tokens, impersonation and token expiry', async () => {
  const account = '--as=system:serviceaccount:default:default';
  expect(await kubectl('auth whoami')).toContain(one.open.google.state.caller.email);
  expect(await kubectl(`auth can-i list pods ${account}`)).toBe('no');
  expect(await kubectl(`get pods ${account}`)).toBe(
    'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:default:default" cannot list resource "pods" in API group "" in the namespace "default"',
  );
  await kubectl('create role reader --verb=list --resource=pods');
  await kubectl('create rolebinding reader --role=reader --serviceaccount=default:default');
  expect(await kubectl(`auth can-i list pods ${account}`)).toBe('yes');
  const token = await kubectl('create token default --duration=20m');
  expect(await kubectl(`get pods --token=${token}`)).toBe(
    'No resources found in default namespace.',
  );
  expect(await kubectl(`delete pod any --token=${token}`)).toContain('(Forbidden)');

  const { caller } = one.open.google.state;
  caller.deniedPermissions = ['container.secrets.list'];
  expect(await kubectl('get secrets')).toContain(
    'requires one of ["container.secrets.list"] permission(s).',
  );
  caller.deniedPermissions = [];
  one.open.google.expireTokens();
  expect(await kubectl('get pods')).toContain('You must be logged in to the server (Unauthorized)');
});
