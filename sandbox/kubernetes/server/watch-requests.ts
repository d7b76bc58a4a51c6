// WATCH: a stream of changes from a revision or the current state, with bookmarks.
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock.ts';
import type { KubeObject } from '../cluster.ts';
import { groupKindOf, type Objects, type Revision } from '../objects.ts';
import { apiVersionOf } from '../resources.ts';
import { badRequest, StatusError } from '../status-error.ts';
import { presentObject } from './present.ts';
import { isTrue, type ResourceRequest } from './request.ts';
import { selected } from './read-requests.ts';
import { type Matches, selectorOf } from './selectors.ts';

const defaultTimeoutSeconds = 1_800;
/** About the interval of a real server, in simulated time. */
const bookmarkEveryMs = 60_000;

interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** Streams until its timeout or the client's disconnect. @throws StatusError before the stream begins */
export function serveWatch(
  objects: Objects,
  request: ResourceRequest,
  response: ServerResponse,
  clock: Clock,
): void {
  const { query, resource } = request;
  const matches = watchSelector(request);
  const since = parseRevision(query.get('resourceVersion') ?? '');
  const initial = query.get('sendInitialEvents');
  const missed = since === 0 ? [] : objects.history(since);
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
  });
  response.flushHeaders();
  const send = (type: string, object: object): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const sendEvent = ({ type, object }: Event): void =>
    send(type, presentObject(request, resource, object, clock.now()));

  if (missed === undefined && !isTrue(initial)) {
    const oldest = `too old resource version: ${since} (${objects.revision()})`;
    send('ERROR', new StatusError(410, 'Expired', oldest).body());
    response.end();
    return;
  }
  if (isTrue(initial) || (since === 0 && initial === null)) {
    for (const object of existingObjects(objects, request)) sendEvent({ type: 'ADDED', object });
  } else {
    for (const revision of missed ?? []) eventOf(request, matches, revision).forEach(sendEvent);
  }
  const bookmarks = isTrue(query.get('allowWatchBookmarks'));
  if (isTrue(initial) && bookmarks) send('BOOKMARK', bookmark(request, objects.revision(), true));

  const unsubscribe = objects.subscribe((revision) =>
    eventOf(request, matches, revision).forEach(sendEvent),
  );
  let cancelBookmark = (): void => undefined;
  const bookmarkLater = (): void => {
    cancelBookmark = clock.after(bookmarkEveryMs, () => {
      send('BOOKMARK', bookmark(request, objects.revision(), false));
      bookmarkLater();
    });
  };
  if (bookmarks) bookmarkLater();
  const seconds = Number(query.get('timeoutSeconds') ?? defaultTimeoutSeconds);
  const timeout = setTimeout(() => response.end(), seconds * 1_000);
  timeout.unref();
  response.on('close', () => {
    unsubscribe();
    cancelBookmark();
    clearTimeout(timeout);
  });
}

/** A watch on one object's path is a watch on its collection with that name. */
function watchSelector(request: ResourceRequest): Matches {
  const matches = selectorOf(request.resource, request.query);
  const { name } = request;
  return name === undefined
    ? matches
    : (object) => object.metadata.name === name && matches(object);
}

function existingObjects(objects: Objects, request: ResourceRequest): KubeObject[] {
  return selected(objects, request).filter(watchSelector(request));
}

function parseRevision(text: string): number {
  if (text === '') return 0;
  if (!/^\d+$/.test(text)) {
    throw badRequest(
      `resourceVersion: Invalid value: ${JSON.stringify(text)}: must be a whole number`,
    );
  }
  return Number(text);
}

/** A watcher's event for a revision: entering the selector is an addition, leaving it a deletion. */
function eventOf(request: ResourceRequest, matches: Matches, revision: Revision): Event[] {
  const { resource, namespace } = request;
  const { object, previous } = revision;
  if (revision.groupKind !== groupKindOf(resource.group, resource.kind)) return [];
  if (namespace !== undefined && object.metadata.namespace !== namespace) return [];
  const was = previous !== undefined && matches(previous);
  const is = revision.type !== 'DELETED' && matches(object);
  if (was && is) return [{ type: 'MODIFIED', object }];
  if (is) return [{ type: 'ADDED', object }];
  return was ? [{ type: 'DELETED', object }] : [];
}

function bookmark(request: ResourceRequest, revision: number, initialEventsEnd: boolean): object {
  const { resource } = request;
  return {
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(initialEventsEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  };
}
