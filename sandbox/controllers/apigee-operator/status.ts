// Status of the operator's resources, in either documented spelling.
import type { SandboxContext } from '../../core/context.ts';
import type { KubeObject } from '../../kubernetes/cluster.ts';
import { refOf, statusOf } from '../conditions.ts';
import { groupOf, type Pass } from '../loop.ts';

export interface OperatorState {
  /** The last content that the operator wrote to Apigee, by uid of the APIProduct. */
  products: Record<string, string>;
  /** The sample prints `CREATED`, the documentation `created`. Absent: `upper`. */
  spelling?: 'upper' | 'lower';
  /** Kept deployments after a backend service's removal; `all` is undocumented. Absent: `all`. */
  leaves?: 'all' | 'shared-flow';
}

export const operatorStateOf = (context: SandboxContext): OperatorState =>
  context.state<OperatorState>('apigee-operator', () => ({ products: {} }));

export interface Reported {
  readonly state: string;
  readonly error?: string;
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly additionalPrinterColumns?: readonly { name: string; jsonPath: string }[];
    }[];
  };
}

/** Replaces the status by state and error only. */
export function report(
  context: SandboxContext,
  pass: Pass,
  object: KubeObject,
  { state, error }: Reported,
): void {
  const isLower = operatorStateOf(context).spelling === 'lower';
  const status: Record<string, unknown> = {};
  set(status, pathOf(pass, object, 'State') ?? 'state', isLower ? state.toLowerCase() : state);
  if (error !== undefined) {
    set(status, pathOf(pass, object, 'ErrorMessage') ?? 'errorMessage', error);
  }
  pass.store.updateStatus(refOf(object), (edited) => {
    edited['status'] = status;
  });
}

/** True when the operator has reported this state, at any place in the status. */
export function hasState(object: KubeObject | undefined, state: string): boolean {
  const holds = (value: unknown): boolean =>
    typeof value === 'object' && value !== null
      ? Object.values(value).some(holds)
      : typeof value === 'string' && value.toUpperCase() === state.toUpperCase();
  return holds(statusOf(object));
}

/** Path below `.status`, from the definition's printer column of that name. */
function pathOf(pass: Pass, object: KubeObject, column: string): string | undefined {
  const found = pass.store
    .list({ group: 'apiextensions.k8s.io', kind: 'CustomResourceDefinition' })
    .map((one) => one as unknown as Definition)
    .find(({ spec }) => spec.group === groupOf(object) && spec.names.kind === object.kind);
  const columns = found?.spec.versions[0]?.additionalPrinterColumns ?? [];
  const path = columns.find(({ name }) => name.toLowerCase() === column.toLowerCase())?.jsonPath;
  return path?.replace(/^\.status\./, '');
}

function set(status: Record<string, unknown>, path: string, value: string): void {
  const [first = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    status[first] = value;
    return;
  }
  const inner = (status[first] ?? {}) as Record<string, unknown>;
  set(inner, rest.join('.'), value);
  status[first] = inner;
}
