// Quota project of a call: the one in its header, otherwise the credentials' own.
// https://docs.cloud.google.com/docs/quotas/quota-project
import {
  quotaProjectDenied,
  quotaProjectMissing,
  serviceDisabled,
  type ApiError,
} from './api-error.ts';
import type { GoogleState, Project } from './state.ts';
import { isPersons } from './tokens.ts';

/** Number of the project of gcloud's own OAuth client. */
const gcloudNumber = '764086051850';

export interface ConsumedApi {
  /** `container.googleapis.com` */
  readonly host: string;
  readonly title: string;
}

export interface Call {
  readonly authorization: string | undefined;
  /** Value of `x-goog-user-project`. */
  readonly quotaProject: string | undefined;
  /** Id of the project that the call accesses. */
  readonly projectId: string;
}

/** @returns the reason why the call may not count against its project, or undefined. */
export function refusedConsumer(
  state: GoogleState,
  { host, title }: ConsumedApi,
  { authorization, quotaProject, projectId }: Call,
  now: number,
): ApiError | undefined {
  const isOn = ({ enabledServices, servicesEffectiveAt }: Project, service: string): boolean =>
    enabledServices.includes(service) && (servicesEffectiveAt?.[service] ?? 0) <= now;
  if (quotaProject !== undefined) {
    const named = findProject(state, quotaProject);
    const mayUse = !state.caller.deniedPermissions.includes('serviceusage.services.use');
    if (named === undefined || !mayUse) return quotaProjectDenied(host, quotaProject);
    return isOn(named, host) ? undefined : serviceDisabled(host, title, named.projectNumber);
  }
  if (isPersons(authorization)) {
    return (state.caller.quotaRefusal ?? 'not_set') === 'not_set'
      ? quotaProjectMissing(host, gcloudNumber)
      : serviceDisabled(host, title, gcloudNumber);
  }
  const { homeNumber } = state.caller;
  if (homeNumber !== undefined) {
    const home = findProject(state, homeNumber);
    return home !== undefined && isOn(home, host)
      ? undefined
      : serviceDisabled(host, title, homeNumber);
  }
  const own = findProject(state, projectId);
  return own === undefined || isOn(own, host)
    ? undefined
    : serviceDisabled(host, title, own.projectNumber);
}

const findProject = (state: GoogleState, idOrNumber: string): Project | undefined =>
  Object.values(state.projects).find(
    ({ projectId, projectNumber }) => projectId === idOrNumber || projectNumber === idOrNumber,
  );
