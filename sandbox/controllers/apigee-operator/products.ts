// APIProducts and APIOperationSets: together they make one Apigee product, written when what they ask for changes.
import type { ApigeeState, Product } from '../../apigee/state.ts';
import type { SandboxContext } from '../../core/context.ts';
import type { KubeObject } from '../../kubernetes/cluster.ts';
import { hash, refOf, statusOf } from '../conditions.ts';
import type { ControllerDeps } from '../deps.ts';
import { kinds } from '../kinds.ts';
import type { Controller, Pass } from '../loop.ts';
import {
  addFinalizer,
  failed,
  findOperator,
  mayAct,
  type Operator,
  permissionDenied,
  removeFinalizer,
  stateStatus,
} from './operator.ts';
import { readApiProduct, readBackendService, readOperationSet } from './views.ts';

const writeMs = 10_000;
const deleteMs = 5_000;
const retryMs = 30_000;

/** What the operator last wrote, by uid of the APIProduct: it does not look at Apigee again until that differs. */
interface Written {
  products: Record<string, string>;
}

interface Around {
  readonly context: SandboxContext;
  readonly apigee: ApigeeState;
  readonly operator: Operator;
  readonly written: Written;
}

export function products(context: SandboxContext, deps: ControllerDeps): Controller {
  const written = context.state<Written>('apigee-operator', () => ({ products: {} }));
  return {
    name: 'apigee-products',
    watches: [
      kinds.apiProduct,
      kinds.operationSet,
      kinds.backendService,
      kinds.deployment,
      kinds.serviceAccount,
    ],
    reconcile: (pass) => {
      const operator = findOperator(pass);
      // A restarted operator compares everything anew.
      if (operator === undefined) return forgetWritten(pass, context, written);
      if (!mayAct(pass, operator, deps)) return deny(pass);
      const around = { context, apigee: deps.apigee, operator, written };
      for (const product of pass.list(kinds.apiProduct)) {
        if (product.metadata.deletionTimestamp === undefined) write(pass, product, around);
        else remove(pass, product, around);
      }
      for (const set of pass.list(kinds.operationSet)) judgeSet(pass, set);
      return undefined;
    },
  };
}

function forgetWritten(pass: Pass, context: SandboxContext, written: Written): void {
  const own = pass
    .list(kinds.apiProduct)
    .filter(({ metadata }) => written.products[metadata.uid] !== undefined);
  for (const { metadata } of own) delete written.products[metadata.uid];
  if (own.length > 0) context.changed('apigee-operator');
}

function deny(pass: Pass): void {
  pass.again(retryMs);
  for (const object of [...pass.list(kinds.apiProduct), ...pass.list(kinds.operationSet)]) {
    if (statusOf(object)['state'] === undefined) writeStatus(pass, object, permissionDenied);
  }
}

const productName = (product: KubeObject): string =>
  readApiProduct(product).name ?? product.metadata.name;

function write(pass: Pass, product: KubeObject, around: Around): void {
  addFinalizer(pass, product, refOf(product));
  const spec = readApiProduct(product);
  const environments = new Set<string>();
  for (const ref of spec.enforcementRefs) {
    const namespace = ref.namespace ?? product.metadata.namespace;
    const backend = pass.get(kinds.backendService, namespace, ref.name);
    if (backend === undefined || statusOf(backend)['state'] !== 'CREATED') {
      const why = backend === undefined ? 'not found' : 'not ready';
      return writeStatus(
        pass,
        product,
        stateStatus(failed, `${ref.kind} ${namespace ?? 'default'}/${ref.name} ${why}`),
      );
    }
    environments.add(readBackendService(backend).apigeeEnv ?? '');
  }
  const operations = operationsOf(
    pass,
    product,
    spec.enforcementRefs.map((ref) => ref.name),
  );
  const wanted = {
    name: productName(product),
    displayName: spec.displayName ?? product.metadata.name,
    approvalType: spec.approvalType,
    attributes: spec.attributes,
    environments: [...environments],
    operations,
  };
  const text = JSON.stringify(wanted);
  const { uid } = product.metadata;
  if (around.written.products[uid] !== text) {
    if (!pass.passed(`${uid}/write/${hash(text, 8)}`, writeMs)) return;
    put(around, wanted);
    around.written.products[uid] = text;
    around.context.changed('apigee-operator');
    pass.forget(`${uid}/write`);
  }
  writeStatus(pass, product, stateStatus('CREATED'));
}

function put(around: Around, wanted: Omit<Product, 'createdAt' | 'lastModifiedAt'>): void {
  const org = around.apigee.organizations[around.operator.organization];
  if (org === undefined) return;
  const now = around.context.clock.now();
  const createdAt = org.products[wanted.name]?.createdAt ?? now;
  org.products[wanted.name] = { ...structuredClone(wanted), createdAt, lastModifiedAt: now };
  around.context.changed('apigee');
}

function operationsOf(
  pass: Pass,
  product: KubeObject,
  sources: readonly string[],
): Product['operations'] {
  return setsOf(pass, product).flatMap((set) => {
    const { quota, restOperations } = readOperationSet(set);
    return sources.flatMap((apiSource) =>
      restOperations.map(({ path, methods }) => ({
        apiSource,
        resource: path,
        methods,
        ...(quota === undefined
          ? {}
          : {
              quota: {
                limit: String(quota.limit),
                interval: String(quota.interval),
                timeUnit: quota.timeUnit,
              },
            }),
      })),
    );
  });
}

/** Sets that refer to a product and are not going away. */
function setsOf(pass: Pass, product: KubeObject): KubeObject[] {
  return pass
    .list(kinds.operationSet)
    .filter((set) => set.metadata.deletionTimestamp === undefined)
    .filter((set) =>
      readOperationSet(set).apiProductRefs.some(
        (ref) =>
          ref.name === product.metadata.name &&
          (ref.namespace ?? set.metadata.namespace) === product.metadata.namespace,
      ),
    );
}

function remove(pass: Pass, product: KubeObject, around: Around): void {
  const { uid } = product.metadata;
  if (!pass.passed(`${uid}/delete`, deleteMs)) return;
  const org = around.apigee.organizations[around.operator.organization];
  if (org !== undefined) delete org.products[productName(product)];
  delete around.written.products[uid];
  around.context.changed('apigee');
  around.context.changed('apigee-operator');
  removeFinalizer(pass, refOf(product));
}

function judgeSet(pass: Pass, set: KubeObject): void {
  if (set.metadata.deletionTimestamp !== undefined) {
    if (pass.passed(`${set.metadata.uid}/delete`, deleteMs)) removeFinalizer(pass, refOf(set));
    return;
  }
  addFinalizer(pass, set, refOf(set));
  for (const ref of readOperationSet(set).apiProductRefs) {
    const namespace = ref.namespace ?? set.metadata.namespace ?? 'default';
    if (pass.get(kinds.apiProduct, namespace, ref.name) === undefined) {
      return writeStatus(
        pass,
        set,
        stateStatus(failed, `APIProduct ${namespace}/${ref.name} not found`),
      );
    }
  }
  const { uid, generation } = set.metadata;
  if (pass.passed(`${uid}/judge/${generation ?? 1}`, writeMs)) {
    writeStatus(pass, set, stateStatus('CREATED'));
  }
}

function writeStatus(pass: Pass, object: KubeObject, status: Record<string, string>): void {
  pass.store.updateStatus(refOf(object), (edited) => {
    edited['status'] = status;
  });
}
