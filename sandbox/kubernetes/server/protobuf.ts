// Decodes the protobuf bodies that typed Go clients (helm's release Secrets, kubectl auth) send in a runtime.Unknown.
import protobuf from 'protobufjs';
import { isObject, type JsonObject } from '../json.ts';
import { timestamp } from '../writes.ts';
import { StatusError } from '../status-error.ts';

// Field numbers from the generated.proto files of k8s.io/apimachinery and k8s.io/api.
const document = `
syntax = "proto2";
message TypeMeta { optional string apiVersion = 1; optional string kind = 2; }
message Unknown { optional TypeMeta typeMeta = 1; optional bytes raw = 2; optional string contentEncoding = 3; optional string contentType = 4; }
message Time { optional int64 seconds = 1; optional int32 nanos = 2; }
message OwnerReference { optional string kind = 1; optional string name = 3; optional string uid = 4; optional string apiVersion = 5; optional bool controller = 6; optional bool blockOwnerDeletion = 7; }
message ObjectMeta {
  optional string name = 1; optional string generateName = 2; optional string namespace = 3;
  optional string uid = 5; optional string resourceVersion = 6; optional int64 generation = 7;
  optional Time creationTimestamp = 8; optional Time deletionTimestamp = 9; optional int64 deletionGracePeriodSeconds = 10;
  map<string, string> labels = 11; map<string, string> annotations = 12;
  repeated OwnerReference ownerReferences = 13; repeated string finalizers = 14;
}
message Secret { optional ObjectMeta metadata = 1; map<string, bytes> data = 2; optional string type = 3; map<string, string> stringData = 4; optional bool immutable = 5; }
message ConfigMap { optional ObjectMeta metadata = 1; map<string, string> data = 2; map<string, bytes> binaryData = 3; optional bool immutable = 4; }
message Namespace { optional ObjectMeta metadata = 1; }
message ServiceAccount { optional ObjectMeta metadata = 1; }
message PolicyRule { repeated string verbs = 1; repeated string apiGroups = 2; repeated string resources = 3; repeated string resourceNames = 4; repeated string nonResourceURLs = 5; }
message Subject { optional string kind = 1; optional string apiGroup = 2; optional string name = 3; optional string namespace = 4; }
message RoleRef { optional string apiGroup = 1; optional string kind = 2; optional string name = 3; }
message Role { optional ObjectMeta metadata = 1; repeated PolicyRule rules = 2; }
message RoleBinding { optional ObjectMeta metadata = 1; repeated Subject subjects = 2; optional RoleRef roleRef = 3; }
message ResourceAttributes { optional string namespace = 1; optional string verb = 2; optional string group = 3; optional string version = 4; optional string resource = 5; optional string subresource = 6; optional string name = 7; }
message NonResourceAttributes { optional string path = 1; optional string verb = 2; }
message SelfSubjectAccessReviewSpec { optional ResourceAttributes resourceAttributes = 1; optional NonResourceAttributes nonResourceAttributes = 2; }
message SelfSubjectAccessReview { optional ObjectMeta metadata = 1; optional SelfSubjectAccessReviewSpec spec = 2; }
message SelfSubjectRulesReviewSpec { optional string namespace = 1; }
message SelfSubjectRulesReview { optional ObjectMeta metadata = 1; optional SelfSubjectRulesReviewSpec spec = 2; }
message SubjectAccessReviewSpec { optional ResourceAttributes resourceAttributes = 1; optional NonResourceAttributes nonResourceAttributes = 2; optional string user = 3; repeated string groups = 4; optional string uid = 6; }
message SubjectAccessReview { optional ObjectMeta metadata = 1; optional SubjectAccessReviewSpec spec = 2; }
message BoundObjectReference { optional string kind = 1; optional string apiVersion = 2; optional string name = 3; optional string uid = 4; }
message TokenRequestSpec { repeated string audiences = 1; optional BoundObjectReference boundObjectRef = 3; optional int64 expirationSeconds = 4; }
message TokenRequest { optional ObjectMeta metadata = 1; optional TokenRequestSpec spec = 2; }
message Eviction { optional ObjectMeta metadata = 1; optional DeleteOptions deleteOptions = 2; }
message SelfSubjectReview { optional ObjectMeta metadata = 1; }
message Preconditions { optional string uid = 1; optional string resourceVersion = 2; }
message DeleteOptions { optional int64 gracePeriodSeconds = 1; optional Preconditions preconditions = 2; optional bool orphanDependents = 3; optional string propagationPolicy = 4; repeated string dryRun = 5; }
`;

const { root } = protobuf.parse(document, { keepCase: true });
/** Kinds that are decoded, and the message of each. */
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
    ].map((kind) => [kind, kind]),
  ),
};
const magic = Buffer.from('k8s\0');

/** @throws StatusError 415 for a kind that is not decoded here, so that the client learns to send JSON */
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
  if (message === undefined) {
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: application/json, application/yaml`,
    );
  }
  const raw = envelope['raw'];
  const decoded = plain(
    message,
    typeof raw === 'string' ? Buffer.from(raw, 'base64') : Buffer.alloc(0),
  );
  return { ...typeMeta, ...withTimes(decoded) };
}

function plain(type: string, bytes: Uint8Array): JsonObject {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: Number, bytes: String });
}

/** Times travel as seconds; the API's JSON writes them as text. Empty messages and texts mean absent. */
function withTimes(object: JsonObject): JsonObject {
  const { metadata } = object;
  if (!isObject(metadata)) return object;
  const kept = Object.entries(metadata).flatMap(([key, value]): [string, unknown][] => {
    if (value === '') return [];
    if (!key.endsWith('Timestamp')) return [[key, value]];
    const seconds = isObject(value) ? Number(value['seconds'] ?? 0) : 0;
    return seconds > 0 ? [[key, timestamp(seconds * 1000)]] : [];
  });
  return { ...object, metadata: Object.fromEntries(kept) };
}
