// Google's error envelope: the common form of its APIs' errors.

/** Canonical codes by HTTP status, for calls without one of their own. */
const canonical: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ALREADY_EXISTS',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
};

export interface ApiErrorOptions {
  /** Canonical code, e.g. `FAILED_PRECONDITION` for a 400. */
  readonly code?: string;
  readonly details?: readonly unknown[];
  /** Reason of the older APIs' `errors` list, e.g. `notFound`. */
  readonly reason?: string;
  /** Body of an edge that does not use Google's envelope. */
  readonly body?: string;
}

export class ApiError extends Error {
  readonly httpStatus: number;
  readonly options: ApiErrorOptions;

  constructor(httpStatus: number, message: string, options: ApiErrorOptions = {}) {
    super(message);
    this.httpStatus = httpStatus;
    this.options = options;
  }

  /** Canonical code, e.g. `NOT_FOUND`. */
  get code(): string {
    return this.options.code ?? canonical[this.httpStatus] ?? 'UNKNOWN';
  }

  envelope(): { error: Record<string, unknown> } {
    const { details, reason } = this.options;
    return {
      error: {
        code: this.httpStatus,
        message: this.message,
        // The older APIs list reasons where the newer ones name a canonical code.
        ...(reason === undefined
          ? { status: this.code }
          : { errors: [{ message: this.message, domain: 'global', reason }] }),
        ...(details === undefined ? {} : { details }),
      },
    };
  }
}

export function unauthenticated(): ApiError {
  return new ApiError(
    401,
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'ACCESS_TOKEN_TYPE_UNSUPPORTED',
          domain: 'googleapis.com',
        },
      ],
    },
  );
}

/** The API is disabled in the project: the text has the link to enable it. */
export function serviceDisabled(service: string, title: string, projectNumber: string): ApiError {
  const url = `https://console.developers.google.com/apis/api/${service}/overview?project=${projectNumber}`;
  return new ApiError(
    403,
    `${title} has not been used in project ${projectNumber} before or it is disabled. Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry.`,
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SERVICE_DISABLED',
          domain: 'googleapis.com',
          metadata: {
            service,
            serviceTitle: title,
            consumer: `projects/${projectNumber}`,
            containerInfo: projectNumber,
            activationUrl: url,
          },
        },
        {
          '@type': 'type.googleapis.com/google.rpc.Help',
          links: [{ description: 'Google developers console API activation', url }],
        },
      ],
    },
  );
}

/** A person's token without a quota project: Google would count the call against gcloud's own project. */
export function quotaProjectMissing(service: string, projectNumber: string): ApiError {
  return new ApiError(
    403,
    `Your application is authenticating by using local Application Default Credentials. The ${service} API requires a quota project, which is not set by default. To learn how to set your quota project, see https://cloud.google.com/docs/authentication/adc-troubleshooting/user-creds .`,
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'SERVICE_DISABLED',
          domain: 'googleapis.com',
          metadata: { service, consumer: `projects/${projectNumber}` },
        },
      ],
    },
  );
}

/** The caller may not charge calls to the named project. */
export function quotaProjectDenied(service: string, project: string): ApiError {
  return new ApiError(
    403,
    `Caller does not have required permission to use project ${project}. Grant the caller the roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use permission, by visiting https://console.developers.google.com/iam-admin/iam/project?project=${project} and then retry. Propagation of the new permission may take a few minutes.`,
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'USER_PROJECT_DENIED',
          domain: 'googleapis.com',
          metadata: { service, consumer: `projects/${project}` },
        },
      ],
    },
  );
}

/** The API is enabled, but the project has no billing account. */
export function billingDisabled(projectNumber: string): ApiError {
  const url = `https://console.developers.google.com/billing/enable?project=${projectNumber}`;
  return new ApiError(
    403,
    `This API method requires billing to be enabled. Please enable billing on project #${projectNumber} by visiting ${url} then retry. If you enabled billing for this project recently, wait a few minutes for the action to propagate to our systems and retry.`,
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'BILLING_DISABLED',
          domain: 'googleapis.com',
          metadata: { consumer: `projects/${projectNumber}` },
        },
      ],
    },
  );
}

export function permissionDenied(permission: string, resource: string): ApiError {
  return new ApiError(
    403,
    `Permission '${permission}' denied on resource '//${resource}' (or it may not exist).`,
    {
      details: [
        {
          '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
          reason: 'IAM_PERMISSION_DENIED',
          domain: 'iam.googleapis.com',
          metadata: { permission, resource },
        },
      ],
    },
  );
}

export function notFound(message: string): ApiError {
  return new ApiError(404, message);
}

export function invalidArgument(message: string): ApiError {
  return new ApiError(400, message);
}
