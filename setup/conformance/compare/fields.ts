// Meaning of fields by name: secrets, fixed values, sentences and maps with free keys.

/** Values that are secret in any form. */
export const isSecretField = (field: string): boolean =>
  /^(.*(secret|password|passwd|credential|certificate|private_?key).*|consumer_?key|api_?key|client_?key|private_?key_?data|(.*[_-]?)token|page_?token|cookie|set-cookie|authorization|x-api-key|ca_?bundle|ca_?data)$/i.test(
    field,
  ) && !fixedFields.has(field);

/** Fields with a fixed set of values: a different value is different behaviour. */
export const fixedFields: ReadonlySet<string> = new Set([
  '@type',
  'apiProxyType',
  'apiVersion',
  'approvalType',
  'authentication',
  'billingType',
  'code',
  'currentState',
  'deploymentType',
  'domain',
  'error',
  'errorcode',
  'finish_reason',
  'kind',
  'method',
  'methods',
  'needed',
  'object',
  'operationConfigType',
  'phase',
  'purpose',
  'reason',
  'resource',
  'runtimeType',
  'service',
  'state',
  'status',
  'timeUnit',
  'type',
  'warning',
]);

/** Sentences: kept in the recordings, as they are the most informative, and never compared. */
export const isSentenceField = (field: string): boolean =>
  /^(message|messages|statusMessage|detail|details_text|description|errorMessage|error_description|faultstring|grpc-message|text|title|hint|provided|warnings)$/.test(
    field,
  );

/** Maps whose keys are data. */
export const mapFields: ReadonlySet<string> = new Set([
  'annotations',
  'data',
  'labels',
  'matchLabels',
  'nodeSelector',
  'resourceLabels',
  'stringData',
]);

/** Parts that are long and not specific to the service. */
export const droppedFields: ReadonlySet<string> = new Set(['managedFields', 'openAPIV3Schema']);

/** `RUNNING`, `C2_CPUS`; no key of twenty letters and digits. */
export const isConstant = (value: string): boolean =>
  value.length <= 60 && /^[A-Z]+(_[A-Z0-9]+)*$|^[A-Z]{1,4}\d{0,2}(_[A-Z0-9]+)+$/.test(value);

export const isFixedValue = (field: string, value: string): boolean =>
  isConstant(value) || (fixedFields.has(field) && /^[\w@.:/ -]{0,80}$/.test(value));

/** The placeholder for a value. */
export const isPlaceholder = (value: string): boolean => /^<[a-z-]+(-\d+)?>$/.test(value);
