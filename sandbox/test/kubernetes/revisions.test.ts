// Tests of revisions: consistent pages, exact lists, expiry and bookmarks.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMap, type OpenCluster, openCluster, type Reply } from './open-cluster.ts';

let open: OpenCluster;
const maps = '/api/v1/namespaces/default/configmaps';

beforeAll(async () => {
  open = await openCluster();
  for (const name of ['a', 'b', 'c', 'd']) {
    await open.call('POST', maps, { body: configMap(name, { version: '1' }) });
  }
});

afterAll(async () => {
  await open.end();
});

const list = (query: string): Promise<Reply> => open.call('GET', `${maps}?${query}`);
const namesOf = ({ body }: Reply): string[] => body.items.map(({ metadata }) => metadata.name);
const change = (name: string): Promise<Reply> =>
  open.apply(
    't',
    `${maps}/${name}`,
    configMap(name, { version: String(Math.random()) }),
    '&force=true',
  );

test('all pages of a list have the revision of the first page', async () => {
  const first = await list('limit=2');
  expect(namesOf(first)).toEqual(['a', 'b']);
  expect(first.body.metadata.remainingItemCount).toBe(2);
  await open.call('DELETE', `${maps}/c`);
  await open.call('POST', maps, { body: configMap('bb') });
  const rest = await list(`limit=9&continue=${first.body.metadata.continue}`);
  expect(namesOf(rest)).toEqual(['c', 'd']);
  expect(rest.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
  expect(namesOf(await list(''))).toEqual(['a', 'b', 'bb', 'd']);
});

test('a list at an exact revision returns the objects of that revision', async () => {
  const { body } = await list('');
  await change('a');
  await open.call('DELETE', `${maps}/bb`);
  const then = await list(
    `resourceVersion=${body.metadata.resourceVersion}&resourceVersionMatch=Exact`,
  );
  expect(then.body.items).toEqual(body.items);
});

test('an expired page token returns an error with a token to continue', async () => {
  const first = await list('limit=1');
  await change('d');
  open.kubernetes.expireWatches();
  const late = await list(`limit=9&continue=${first.body.metadata.continue}`);
  expect(late.body).toMatchObject({
    code: 410,
    reason: 'Expired',
    message: expect.stringContaining('The provided continue parameter is too old'),
  });
  const rest = await list(`limit=9&continue=${late.body.metadata.continue}`);
  expect(namesOf(rest)).toEqual(['b', 'd']);
});

test('an expired watch ends, and a new watch from an older revision returns 410', async () => {
  const { resourceVersion } = (await change('a')).body.metadata;
  const ended = await open.watch(
    `${maps}?watch=true&resourceVersion=${resourceVersion}`,
    () => false,
    () => open.kubernetes.expireWatches(),
  );
  expect(ended).toEqual([]);
  await change('a');
  open.kubernetes.expireWatches();
  const again = await open.watch(
    `${maps}?watch=true&resourceVersion=${resourceVersion}`,
    () => false,
  );
  expect(again).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
});

test('a watch with bookmarks receives the current revision without changes to its own objects', async () => {
  const { resourceVersion } = (await change('a')).body.metadata;
  await open.call('POST', '/api/v1/namespaces/default/secrets', {
    body: { metadata: { name: `s${resourceVersion}` } },
  });
  const path = `${maps}?watch=true&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`;
  const [bookmark] = await open.watch(path, (events) => events.length > 0);
  expect(bookmark).toMatchObject({ type: 'BOOKMARK', object: { kind: 'ConfigMap' } });
  expect(Number(bookmark?.object.metadata.resourceVersion)).toBeGreaterThan(
    Number(resourceVersion),
  );
});

test.each<[string, string, number, string]>([
  ['a future revision', 'resourceVersion=999999', 504, 'Too large resource version: 999999'],
  ['an invalid revision', 'resourceVersion=x', 400, 'must be a whole number'],
  [
    'a match without a revision',
    'resourceVersionMatch=Exact',
    400,
    'is forbidden unless resourceVersion',
  ],
  ['an invalid continue token', 'continue=x', 400, 'continue key is not valid'],
])('a list refuses %s', async (_what, query, code, why) => {
  const { body } = await list(query);
  expect(body).toMatchObject({ code, message: expect.stringContaining(why) });
});
