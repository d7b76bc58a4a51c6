// RFC 6902 JSON Patch.
import { equal, isObject } from '../json.ts';
import { badRequest, StatusError } from '../status-error.ts';

/** The patched value; the argument is not changed. @throws StatusError 422 when an operation does not fit. */
export function jsonPatch(value: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('error decoding patch: a JSON patch is a list');
  const document = { root: structuredClone(value) };
  for (const operation of patch) {
    if (!isObject(operation)) throw badRequest('error decoding patch: an operation is an object');
    applyOperation(document, operation);
  }
  return document.root;
}

function applyOperation(document: { root: unknown }, operation: Record<string, unknown>): void {
  const path = pointer(operation['path']);
  switch (operation['op']) {
    case 'add':
      return set(document, path, operation['value'], true);
    case 'replace':
      get(document, path);
      return set(document, path, operation['value'], false);
    case 'remove':
      return remove(document, path);
    case 'copy':
      return set(document, path, structuredClone(get(document, pointer(operation['from']))), true);
    case 'move': {
      const from = pointer(operation['from']);
      const moved = get(document, from);
      remove(document, from);
      return set(document, path, moved, true);
    }
    case 'test':
      if (!equal(get(document, path), operation['value'])) {
        throw misfit(`testing path ${String(operation['path'])} value failed`);
      }
      return undefined;
    default:
      throw misfit(`unexpected kind: ${String(operation['op'])}`);
  }
}

const misfit = (why: string): StatusError =>
  new StatusError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${why}`,
  );

function pointer(text: unknown): string[] {
  if (typeof text !== 'string') throw misfit('an operation needs a path');
  if (text === '') return [];
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function get(document: { root: unknown }, path: readonly string[]): unknown {
  let value = document.root;
  for (const part of path) {
    const below = Array.isArray(value)
      ? (value as unknown[])[Number(part)]
      : isObject(value)
        ? value[part]
        : undefined;
    if (below === undefined) throw misfit(`missing path: /${path.join('/')}`);
    value = below;
  }
  return value;
}

function set(
  document: { root: unknown },
  path: readonly string[],
  value: unknown,
  insert: boolean,
): void {
  const last = path.at(-1);
  if (last === undefined) {
    document.root = value;
    return;
  }
  const parent = get(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const at = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(at) || at < 0 || at > parent.length)
      throw misfit(`invalid index ${last}`);
    parent.splice(at, insert ? 0 : 1, value);
  } else if (isObject(parent)) parent[last] = value;
  else throw misfit(`missing path: /${path.join('/')}`);
}

function remove(document: { root: unknown }, path: readonly string[]): void {
  get(document, path);
  const parent = get(document, path.slice(0, -1));
  const last = path.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isObject(parent)) delete parent[last];
}
