// APIProduct controller: one Apigee product from each APIProduct and its APIOperationSets.
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
  deniedError,
  removeFinalizer,
} from './operator.ts';
import { hasState, type OperatorState, operatorStateOf, report } from './status.ts';
import { readApiProduct, readBackendService, readOperationSet } from './views.ts';

const writeMs = 10_000;
const deleteMs = 5_000;
const retryMs = 30_000;

interface Around {
  readonly context: SandboxContext;
  readonly apigee: ApigeeState;
  readonly operator: Operator;
  /** The operator checks Apigee again only when its desired content changes. */
  readonly written: OperatorState;
}

export function products(context: SandboxContext, deps: ControllerDeps): Controller {
  const written = operatorStateOf(context);
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
      // A restarted operator compares everything again.
      if (operator === undefined) return forgetWritten(pass, context, written);
      if (!mayAct(pass, operator, deps)) return deny(pass, context);
      const around = { context, apigee: deps.apigee, operator, written };
      for (const product of pass.list(kinds.apiProduct)) {
        if (product.metadata.deletionTimestamp === undefined) write(pass, product, around);
        else remove(pass, product, around);
      }
      for (const set of pass.list(kinds.operationSet)) judgeSet(pass, set, context);
      return undefined;
    },
  };
}

function forgetWritten(pass: Pass, context: SandboxContext, written: OperatorState): void {
  const own = pass
    .list(kinds.apiProduct)
    .filter(({ metadata }) => written.products[metadata.uid] !== undefined);
  for (const { metadata } of own) delete written.products[metadata.uid];
  if (own.length > 0) context.changed('apigee-operator');
}

function deny(pass: Pass, context: SandboxContext): void {
  pass.again(retryMs);
  for (const object of [...pass.list(kinds.apiProduct), ...pass.list(kinds.operationSet)]) {
    if (Object.keys(statusOf(object)).length === 0) {
      report(context, pass, object, { state: failed, error: deniedError });
    }
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
    if (backend === undefined || !hasState(backend, 'CREATED')) {
      const why = backend === undefined ? 'not found' : 'not ready';
      const error = `${ref.kind} ${namespace ?? 'default'}/${ref.name} ${why}`;
      return report(around.context, pass, product, { state: failed, error });
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
  report(around.context, pass, product, { state: 'CREATED' });
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

/** Sets that refer to a product and are not being deleted. */
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

function judgeSet(pass: Pass, set: KubeObject, context: SandboxContext): void {
  if (set.metadata.deletionTimestamp !== undefined) {
    if (pass.passed(`${set.metadata.uid}/delete`, deleteMs)) removeFinalizer(pass, refOf(set));
    return;
  }
  addFinalizer(pass, set, refOf(set));
  for (const ref of readOperationSet(set).apiProductRefs) {
    const namespace = ref.namespace ?? set.metadata.namespace ?? 'default';
    if (pass.get(kinds.apiProduct, namespace, ref.name) === undefined) {
      const error = `APIProduct ${namespace}/${ref.name} not found`;
      return report(context, pass, set, { state: failed, error });
    }
  }
  const { uid, generation } = set.metadata;
  if (pass.passed(`${uid}/judge/${generation ?? 1}`, writeMs)) {
    report(context, pass, set, { state: 'CREATED' });
  }
}
