// Custom attributes of developers, apps and products, and their API calls.
import type { SandboxContext } from '../core/context.ts';
import { invalidArgument, notFound } from '../google/api-error.ts';
import { recordsOf, textOf } from '../google/read-body.ts';
import type { ApiCall, ApiMethod } from '../google/serve-api.ts';

interface Attribute {
  name: string;
  value: string;
}

export interface Carrier {
  attributes: Attribute[];
  lastModifiedAt: number;
}

const most = 18;

export function readAttributes(
  body: Readonly<Record<string, unknown>>,
  field: 'attributes' | 'attribute' = 'attributes',
): Attribute[] {
  const attributes = recordsOf(body, field).map((one) => ({
    name: textOf(one, 'name'),
    value: textOf(one, 'value'),
  }));
  if (attributes.length > most) throw invalidArgument(`at most ${most} attributes are allowed`);
  if (attributes.some(({ name }) => name === '')) {
    throw invalidArgument('attribute name is required');
  }
  return attributes;
}

export interface AttributeDoor {
  /** Resource name in the discovery document, e.g. `apigee.organizations.developers`. */
  readonly id: string;
  /** Path of one such resource. */
  readonly path: string;
  /** Permission prefix of write methods: `apigee.developers`, with get and update required. */
  readonly permission: string;
  /** Suffix as in `updateDeveloperAttribute`. */
  readonly noun: string;
  readonly found: (call: ApiCall) => Carrier;
}

/** List and replace all; get, set and remove one. */
export function attributeMethods(ctx: SandboxContext, door: AttributeDoor): ApiMethod[] {
  const { id, path, permission, noun, found } = door;
  const attributeIn = (call: ApiCall): Attribute => {
    const name = call.params['attribute'] ?? '';
    const attribute = found(call).attributes.find((one) => one.name === name);
    if (attribute === undefined) throw notFound(`attribute ${name} does not exist`);
    return attribute;
  };
  const change = (call: ApiCall, attributes: Attribute[]): void => {
    const carrier = found(call);
    carrier.attributes = attributes;
    carrier.lastModifiedAt = ctx.clock.now();
    ctx.changed('apigee');
  };
  const others = (call: ApiCall): Attribute[] =>
    found(call).attributes.filter((one) => one.name !== call.params['attribute']);
  const one = `${path}/attributes/{attribute}`;
  const all = `${path}/attributes`;
  const reads = `${permission}.get`;
  const writes = `${permission}.update`;
  return [
    {
      id: `${id}.attributes.list`,
      verb: 'GET',
      path: all,
      permission: reads,
      answer: (call) => ({ attribute: found(call).attributes }),
    },
    {
      id: `${id}.attributes`,
      verb: 'POST',
      path: all,
      permission: writes,
      answer: (call) => {
        change(call, readAttributes(call.body, 'attribute'));
        return { attribute: found(call).attributes };
      },
    },
    {
      id: `${id}.attributes.get`,
      verb: 'GET',
      path: one,
      permission: reads,
      answer: (call) => ({ ...attributeIn(call) }),
    },
    {
      id: `${id}.attributes.update${noun}Attribute`,
      verb: 'POST',
      path: one,
      permission: writes,
      answer: (call) => {
        const set = { name: call.params['attribute'] ?? '', value: textOf(call.body, 'value') };
        change(call, readAttributes({ attributes: [...others(call), set] }));
        return set;
      },
    },
    {
      id: `${id}.attributes.delete`,
      verb: 'DELETE',
      path: one,
      permission: writes,
      answer: (call) => {
        const gone = attributeIn(call);
        change(call, others(call));
        return { ...gone };
      },
    },
  ];
}
