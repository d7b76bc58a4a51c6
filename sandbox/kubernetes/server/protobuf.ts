// Protobuf decoder for typed Go clients: helm's release Secrets, kubectl auth, in runtime.Unknown.
import protobuf from 'protobufjs';
import { isObject, type JsonObject, objectOr, stringOr } from '../json.ts';
import { timestamp } from '../writes.ts';
import { StatusError } from '../status-error.ts';
import { document } from './protobuf-document.ts';

const { root } = protobuf.parse(document, { keepCase: true });
/** Decoded kinds, with the message of each. */
const messages: Readonly<Record<string, string>> = {
  ClusterRole: 'Role',
  ClusterRoleBinding: 'RoleBinding',
  ...Object.fromEntries(
    [
      'Secret',
      'ConfigMap',
      'Namespace',
      'ServiceAccount',
      'Role',
      'RoleBinding',
      'DeleteOptions',
      'SelfSubjectAccessReview',
      'SelfSubjectRulesReview',
      'SelfSubjectReview',
      'SubjectAccessReview',
      'TokenRequest',
      'Eviction',
      'Deployment',
      'Job',
      'Service',
    ].map((kind) => [kind, kind]),
  ),
};
const magic = Buffer.from('k8s\0');

/** @throws StatusError 415 for a kind that is not decoded here, so that the client sends JSON instead */
export function decodeProtobuf(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  if (!body.subarray(0, 4).equals(magic)) {
    throw new StatusError(
      400,
      'BadRequest',
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const envelope = plain('Unknown', body.subarray(4));
  const typeMeta = isObject(envelope['typeMeta']) ? envelope['typeMeta'] : {};
  const kind = String(typeMeta['kind']);
  const message = messages[kind];
  if (message === undefined) throw notDecoded();
  const raw = Buffer.from(stringOr(envelope['raw']), 'base64');
  if (workloads.has(kind) && !isKnownWhole(message, raw)) throw notDecoded();
  return { ...typeMeta, ...objectOr(asJson(plain(message, raw))) };
}

const notDecoded = (): StatusError =>
  new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml`,
  );

/** Kinds with only the fields that `kubectl create` sends. */
const workloads = new Set(['Deployment', 'Job', 'Service']);

/** False for a body with an undescribed field, as re-encoding drops it: no data is lost silently. */
function isKnownWhole(type: string, raw: Buffer): boolean {
  const message = root.lookupType(type);
  return message.encode(message.decode(raw)).finish().length >= raw.length;
}

/** Maps of strings: an empty string is a value in them; elsewhere it means absence. */
const textMaps = new Set(
  'data stringData binaryData labels annotations matchLabels nodeSelector selector'.split(' '),
);

/** Times, quantities and numbers-or-strings are messages of their own; JSON has plain values. */
function asJson(value: unknown, isTextMap = false): unknown {
  if (Array.isArray(value)) return value.map((item) => asJson(item));
  if (!isObject(value) || isTextMap) return value;
  const { quantity, type, intVal, strVal } = value;
  if (quantity !== undefined) return quantity;
  if (typeof type === 'number') return type === 0 ? (intVal ?? 0) : (strVal ?? '');
  const fields = Object.entries(value).flatMap(([key, field]): [string, unknown][] => {
    if (field === '') return [];
    if (key.endsWith('Timestamp')) return timeField(key, field);
    return [[key, asJson(field, textMaps.has(key))]];
  });
  return Object.fromEntries(fields);
}

function timeField(key: string, field: unknown): [string, unknown][] {
  const seconds = Number(objectOr(field)['seconds'] ?? 0);
  return seconds > 0 ? [[key, timestamp(seconds * 1_000)]] : [];
}

function plain(type: string, bytes: Uint8Array): JsonObject {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: Number, bytes: String });
}
