// GKE's errors as gRPC statuses, with details for Google's client libraries.
import { Metadata, status } from '@grpc/grpc-js';
import protobuf from 'protobufjs';
import type { ApiError } from '../google/api-error.ts';

export class Refusal extends Error {
  readonly code: status;
  readonly metadata: Metadata;

  constructor(code: status, message: string, details: readonly unknown[] = []) {
    super(message);
    this.code = code;
    this.metadata = new Metadata();
    const errorInfo = details.find(isErrorInfo);
    if (errorInfo !== undefined) {
      this.metadata.set('grpc-status-details-bin', encodeStatus(code, message, errorInfo));
    }
  }
}

const grpcByName: Readonly<Record<string, status>> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  UNAUTHENTICATED: status.UNAUTHENTICATED,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
};

/** The same error from Google's HTTP edge. */
export function toRefusal(error: ApiError): Refusal {
  return new Refusal(
    grpcByName[error.code] ?? status.UNKNOWN,
    error.message,
    error.options.details,
  );
}

export function invalid(message: string): Refusal {
  return new Refusal(status.INVALID_ARGUMENT, message);
}

/** `Not found: projects/P/zones/Z/clusters/NAME.` */
export function missing(resource: string): Refusal {
  return new Refusal(status.NOT_FOUND, `Not found: ${resource}.`);
}

interface ErrorInfo {
  readonly reason: string;
  readonly domain: string;
  readonly metadata: Readonly<Record<string, string>>;
}

function isErrorInfo(detail: unknown): detail is ErrorInfo {
  return typeof detail === 'object' && detail !== null && 'reason' in detail;
}

/** google.rpc.Status and google.rpc.ErrorInfo, which @google-cloud/container holds only in part. */
const messages = protobuf.parse(
  `
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
`,
  { keepCase: true },
).root;

function encodeStatus(code: status, message: string, info: ErrorInfo): Buffer {
  const { reason, domain, metadata } = info;
  const value = messages.lookupType('ErrorInfo').encode({ reason, domain, metadata }).finish();
  const detail = { type_url: 'type.googleapis.com/google.rpc.ErrorInfo', value };
  const bytes = messages
    .lookupType('Status')
    .encode({ code, message, details: [detail] })
    .finish();
  return Buffer.from(bytes);
}
