// Container log requests: choice of container, run and range.
import type { KubeObject, LogSource } from '../cluster.ts';
import { listOr, objectOr, stringOr } from '../json.ts';
import { badRequest } from '../status-error.ts';
import { currentOf } from './read-requests.ts';
import { type ApiResponse, isTrue, type ResourceRequest } from './request.ts';
import type { WriteParts } from './write-requests.ts';

export function podLog(parts: WriteParts, logOf: LogSource, request: ResourceRequest): ApiResponse {
  const pod = currentOf(parts.objects, request);
  const container = containerOf(pod, request.query.get('container') ?? '');
  const previous = isTrue(request.query.get('previous'));
  const log = logOf(pod, container, previous);
  if (log === undefined) throw badRequest(whyNot(pod, container, previous));
  return { status: 200, body: tail(log, request.query), contentType: 'text/plain' };
}

const namesOf = (pod: KubeObject, field: string): string[] =>
  listOr(objectOr(pod['spec'])[field]).map((one) => stringOr(objectOr(one)['name']));

/** The named container, or the only one. */
function containerOf(pod: KubeObject, asked: string): string {
  const { name } = pod.metadata;
  const main = namesOf(pod, 'containers');
  const init = namesOf(pod, 'initContainers');
  const [only = '', ...more] = main;
  if (asked === '') {
    if (more.length === 0) return only;
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${main.join(' ')}]`,
    );
  }
  if ([...main, ...init].includes(asked)) return asked;
  throw badRequest(`container ${asked} is not valid for pod ${name}`);
}

function whyNot(pod: KubeObject, container: string, previous: boolean): string {
  const { name } = pod.metadata;
  if (previous) return `previous terminated container "${container}" in pod "${name}" not found`;
  const status = objectOr(pod['status']);
  const state = [...listOr(status['containerStatuses']), ...listOr(status['initContainerStatuses'])]
    .map(objectOr)
    .find((one) => one['name'] === container);
  const reason = stringOr(objectOr(objectOr(state?.['state'])['waiting'])['reason']);
  const isUnpulled = reason === 'ImagePullBackOff' || reason === 'ErrImagePull';
  const why = isUnpulled ? 'trying and failing to pull image' : reason || 'ContainerCreating';
  return `container "${container}" in pod "${name}" is waiting to start: ${why}`;
}

function tail(log: string, query: URLSearchParams): string {
  const wanted = query.get('tailLines');
  if (wanted === null) return log;
  const lines = log.split('\n').slice(0, -1);
  const kept = Number(wanted) === 0 ? [] : lines.slice(-Number(wanted));
  return kept.map((line) => `${line}\n`).join('');
}
