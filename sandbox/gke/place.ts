// Names of GKE's resources, parsed from requests in new and old forms.
import { regionOf, zonesOf } from '../google/compute/catalogue.ts';
import { invalid } from './refusal.ts';

export interface Place {
  readonly projectId: string;
  /** Zone or region; `-` for all of them in a list request. */
  readonly location: string;
}

export interface NamedPlace extends Place {
  readonly name: string;
}

/** A request in the proto loader's form. */
export type Request = Readonly<Record<string, unknown>>;

/** The location of a request: `parent`, or the older `projectId` and `zone`. */
export function placeOf(request: Request, field: 'parent' | 'name' = 'parent'): Place {
  const path = request[field];
  const match = /^projects\/([^/]+)\/(?:locations|zones)\/([^/]+)$/.exec(
    typeof path === 'string' ? path : '',
  );
  const projectId = match?.[1] ?? text(request['projectId']);
  const location = match?.[2] ?? text(request['zone']);
  if (projectId === '' || location === '') {
    throw invalid(`Invalid value for field "${field}": must be projects/*/locations/*.`);
  }
  return { projectId, location };
}

/** A cluster or operation of a request: `name`, or the older fields. */
export function namedPlaceOf(request: Request, kind: 'clusters' | 'operations'): NamedPlace {
  const path = text(request['name']);
  const pattern = new RegExp(`^projects/([^/]+)/(?:locations|zones)/([^/]+)/${kind}/([^/]+)$`);
  const match = pattern.exec(path);
  const projectId = match?.[1] ?? text(request['projectId']);
  const location = match?.[2] ?? text(request['zone']);
  const name = match?.[3] ?? text(request[kind === 'clusters' ? 'clusterId' : 'operationId']);
  if (projectId === '' || location === '' || name === '') {
    throw invalid(`Invalid value for field "name": must be projects/*/locations/*/${kind}/*.`);
  }
  return { projectId, location, name };
}

/** Key of a cluster in the state, and its id at the Kubernetes service. */
export function clusterKey({ projectId, location, name }: NamedPlace): string {
  return `projects/${projectId}/locations/${location}/clusters/${name}`;
}

/** Form of error texts and links: `zones` for zonal resources, `locations` for regional ones. */
export function resourceName(place: Place, kind: 'clusters' | 'operations', name: string): string {
  const { projectId, location } = place;
  const collection = regionOf(location) === undefined ? 'locations' : 'zones';
  return `projects/${projectId}/${collection}/${location}/${kind}/${name}`;
}

/** The region of an existing zone or region. */
export function regionAt(location: string): string | undefined {
  return zonesOf(location) === undefined ? regionOf(location) : location;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
