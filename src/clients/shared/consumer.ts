// Mapping of denials about the consumer project of a call to faults. Pure.
import { type Fault, fail, type LlmgwError } from '../../kernel/errors.ts';

/** A denial in its service's wording. */
export interface Denial {
  readonly message: string;
  /** ErrorInfo's reason. */
  readonly reason?: string | undefined;
  /** ErrorInfo's `metadata.consumer`: `projects/424242424242`. */
  readonly consumer?: string | undefined;
}

export interface CountedCall {
  /** `container.googleapis.com` */
  readonly service: string;
  /** Id of the project that the call is about. */
  readonly projectId: string;
  /** Id of the project that the call counts against, if the credentials name it. */
  readonly consumer?: string | undefined;
}

/** Numbers of the projects of gcloud's own OAuth clients, in which only Google can enable an API. */
const gcloudNumbers = new Set(['764086051850', '32555940559']);

const isPersonsToken = /requires a quota project|end user credentials/i;
const isDisabled =
  /has not been used in project .* before or it is disabled|requires a quota project/i;
const isProjectDenied = /required permission to use project|not authorized to use project/i;
const isUnbilled = /requires billing to be enabled/i;

/** @returns the error to throw; undefined for a denial of another cause. */
export function consumerFault(
  denial: Denial,
  call: CountedCall,
  said: string,
  more: Fault['details'] = {},
): LlmgwError | undefined {
  const { reason, message } = denial;
  const { service, projectId } = call;
  const named = projectIn(denial);
  const options = (project: string | undefined) => ({
    details: { ...more, service, ...(project === undefined ? {} : { project }) },
  });
  if (reason === 'USER_PROJECT_DENIED' || isProjectDenied.test(message)) {
    const project = named ?? projectId;
    return fail('permanent', 'quota_project', said, {
      next: `Give the bot's account the right to count calls against ${project}: \`gcloud projects add-iam-policy-binding ${project} --member ACCOUNT --role roles/serviceusage.serviceUsageConsumer\`; or set QUOTA_PROJECT to a project where it has that role.`,
      ...options(project),
    });
  }
  if (reason === 'CONSUMER_INVALID') {
    return fail('permanent', 'quota_project', said, {
      next: `Set QUOTA_PROJECT=${projectId}: Google does not know the project that it counts the calls against.`,
      ...options(named),
    });
  }
  if (reason === 'BILLING_DISABLED' || isUnbilled.test(message)) {
    const project = named ?? projectId;
    return fail('permanent', 'billing_off', said, {
      next: `Run \`gcloud billing projects link ${project} --billing-account ACCOUNT\`, wait a few minutes, then retry.`,
      ...options(project),
    });
  }
  if (reason !== 'SERVICE_DISABLED' && !isDisabled.test(message)) return undefined;
  if (isForeign(named, denial, call)) return foreignFault(named, call, said, more);
  return fail('permanent', 'api_disabled', said, {
    next: `Run \`gcloud services enable ${service} --project ${projectId}\`, wait a few minutes, then retry.`,
    ...options(named),
  });
}

/** @param project id or number of the project that Google names. */
export function foreignFault(
  project: string | undefined,
  { service, projectId, consumer = '' }: CountedCall,
  said: string,
  more: Fault['details'] = {},
): LlmgwError {
  const isGcloud = gcloudNumbers.has(project ?? '');
  const named = project ?? (consumer === '' ? 'another one' : consumer);
  const whose = isGcloud ? `${named} (gcloud's own)` : named;
  const text = `${said.replace(/\.$/, '')}. Google counts these calls against project ${whose}, which is not ${projectId}`;
  const enable = `, or enable the API there: \`gcloud services enable ${service} --project ${named}\``;
  return fail('permanent', 'quota_project', text, {
    next: `Set QUOTA_PROJECT=${projectId}, so that Google counts the bot's calls against it${isGcloud || project === undefined ? '' : enable}.`,
    details: { ...more, service, project: named },
  });
}

/** A number alone is ambiguous: it may be the number of the project itself. */
function isForeign(
  named: string | undefined,
  { message }: Denial,
  { projectId, consumer }: CountedCall,
): boolean {
  if (named === projectId) return false;
  if (gcloudNumbers.has(named ?? '') || isPersonsToken.test(message)) return true;
  if (named !== undefined && !/^\d+$/.test(named)) return true;
  return consumer !== undefined && consumer !== projectId;
}

function projectIn({ message, consumer }: Denial): string | undefined {
  const named = /^projects\/(.+)$/.exec(consumer ?? '')?.[1];
  return named ?? /\bproject #?'?(\d+|[a-z][a-z0-9-]+[a-z0-9])\b/i.exec(message)?.[1];
}
