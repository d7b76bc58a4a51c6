// Comparison of two clouds: remains of a teardown, and duplicate clusters.
import { expect, test } from 'vitest';
import { differences, doubledClusters, standing } from '../../chaos/cloud.ts';

const clean = { gke: { clusters: {}, operations: {} }, billable: [] };

test('worlds that differ only in records of operations and in empty lists are equal', () => {
  const after = {
    gke: { clusters: {}, operations: { one: { type: 'CREATE_CLUSTER' } } },
    apigee: { organizations: { o: { developers: {} } } },
    billable: [],
  };
  expect(differences(standing({ ...clean, apigee: {} }), standing(after))).toEqual([]);
});

test('a remaining resource is named with its path', () => {
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

test('a second creation of a cluster without a deletion in between is reported', () => {
  const created = operation('CREATE_CLUSTER', 1);
  const turns = [created, operation('DELETE_CLUSTER', 2), operation('CREATE_CLUSTER', 3)];
  expect(doubledClusters(turns)).toEqual([]);
  expect(doubledClusters([created, operation('CREATE_CLUSTER', 1, 'b')])).toEqual([]);
  expect(doubledClusters([created, operation('CREATE_CLUSTER', 3)])).toEqual([
    'CREATE_CLUSTER of a twice in a row',
  ]);
});
