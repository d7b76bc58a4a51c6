// Subset of Kubernetes' JSONPath for printer columns and scale paths.
import { isObject, stringOr } from '../json.ts';

type Step = (values: unknown[]) => unknown[];

const parsed = new Map<string, readonly Step[]>();

/** Every value at `path`: `.a.b`, `[0]`, `[*]`, `['a.b']`, `[?(@.type=="X")]`. */
export function jsonPath(value: unknown, path: string): unknown[] {
  const steps = parsed.get(path) ?? parse(path);
  parsed.set(path, steps);
  return steps.reduce((values, step) => step(values), [value]);
}

const token =
  /\.((?:[^.[\]\\]|\\.)+)|\[(\d+|\*)\]|\['([^']*)'\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/y;

function parse(path: string): Step[] {
  const text = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  const steps: Step[] = [];
  let read = 0;
  while (read < text.length) {
    token.lastIndex = read;
    const [whole, field, index, quoted, key, wanted] = token.exec(text) ?? [];
    // An unsupported path finds nothing, like an unset field.
    if (whole === undefined) return [() => []];
    read += whole.length;
    if (index !== undefined) steps.push(index === '*' ? all : at(Number(index)));
    else if (key !== undefined) steps.push(where(key, wanted ?? ''));
    else steps.push(child((field ?? quoted ?? '').replaceAll(/\\(.)/g, '$1')));
  }
  return steps;
}

const child =
  (key: string): Step =>
  (values) =>
    values.flatMap((value) => (isObject(value) && value[key] !== undefined ? [value[key]] : []));

const all: Step = (values) =>
  values.flatMap((value): unknown[] =>
    Array.isArray(value) ? value : isObject(value) ? Object.values(value) : [],
  );

const at =
  (index: number): Step =>
  (values) =>
    values.flatMap((value): unknown[] =>
      Array.isArray(value) && index < value.length ? [value[index]] : [],
    );

const where = (key: string, wanted: string): Step => {
  const path = parse(`.${key}`);
  return (values) =>
    all(values).filter((item) => {
      const [found] = path.reduce((reached, step) => step(reached), [item] as unknown[]);
      return stringOr(found) === wanted;
    });
};
