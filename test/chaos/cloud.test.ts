// The comparison of two worlds: what a teardown leaves, and clusters that were made twice.
import { expect, test } from 'vitest';
import { differences, doubledClusters, standing } from '../../chaos/cloud.ts';

const clean = { gke: { clusters: {}, operations: {} }, billable: [] };

test('worlds that differ in records of what was done, and in empty lists, are the same', () => {
  const after = {
    gke: { clusters: {}, operations: { one: { type: 'CREATE_CLUSTER' } } },
    apigee: { organizations: { o: { developers: {} } } },
    billable: [],
  };
  expect(differences(standing({ ...clean, apigee: {} }), standing(after))).toEqual([]);
});

test('what is left is named with its path', () => {
  const after = { ...clean, gke: { clusters: { a: { status: 'RUNNING' } } }, billable: ['a'] };
  expect(differences(standing(clean), standing(after))).toEqual([
    'world.gke.clusters: absent before, {"a":{"status":"RUNNING"}} after',
    'world.billable: [] before, ["a"] after',
  ]);
});

const operation = (type: string, startedAt: number, cluster = 'a') => ({
  type,
  startedAt,
  cluster,
});

test('two creations of a cluster without a deletion between them are one too many', () => {
  const created = operation('CREATE_CLUSTER', 1);
  const turns = [created, operation('DELETE_CLUSTER', 2), operation('CREATE_CLUSTER', 3)];
  expect(doubledClusters(turns)).toEqual([]);
  expect(doubledClusters([created, operation('CREATE_CLUSTER', 1, 'b')])).toEqual([]);
  expect(doubledClusters([created, operation('CREATE_CLUSTER', 3)])).toEqual([
    'CREATE_CLUSTER of a twice in a row',
  ]);
});
