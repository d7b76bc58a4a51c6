// Search for apps of an organization by developer, product, key, status or name.
import { invalidArgument } from '../google/api-error.ts';
import type { ApiCall } from '../google/serve-api.ts';
import { showApp } from './show.ts';
import type { App, Developer, Organization } from './state.ts';

interface Owned {
  readonly developer: Developer;
  readonly app: App;
}

type Match = (owned: Owned, value: string) => boolean;

const filters: Readonly<Record<string, Match>> = {
  appName: ({ app }, value) => app.name === value,
  status: ({ app }, value) => app.status === value,
  developerEmail: ({ developer }, value) => developer.email === value,
  consumerKey: ({ app }, value) =>
    app.credentials.some((credential) => credential.consumerKey === value),
  apiProduct: ({ app }, value) =>
    app.credentials.some((credential) =>
      credential.apiProducts.some((one) => one.apiproduct === value),
    ),
};

/** GET organizations/{o}/apps with expand, includeCred, filter, keyStatus, pageSize and pageToken. */
export function listOrganizationApps(org: Organization, call: ApiCall): unknown {
  const { query } = call;
  const all = Object.values(org.developers).flatMap((developer) =>
    Object.values(developer.apps).map((app): Owned => ({ developer, app })),
  );
  const matching = all.filter(readFilter(query.get('filter') ?? ''));
  const size = Math.min(Number(query.get('pageSize') ?? 1000) || 1000, 1000);
  const start = Number(query.get('pageToken') ?? 0) || 0;
  const page = matching.slice(start, start + size);
  const shown = page.map((owned) =>
    query.get('expand') === 'true' ? expand(owned, call) : { appId: owned.app.appId },
  );
  return {
    ...(shown.length === 0 ? {} : { app: shown }),
    ...(start + size < matching.length ? { nextPageToken: String(start + size) } : {}),
  };
}

function readFilter(filter: string): (owned: Owned) => boolean {
  if (filter === '') return ({ app }) => app.status === 'approved';
  const [field = '', value = ''] = filter.split(/=(.*)/s);
  const match = filters[field];
  if (match === undefined) throw invalidArgument(`unknown filter "${field}"`);
  return (owned) => match(owned, value);
}

function expand({ developer, app }: Owned, call: ApiCall): object {
  const keyStatus = call.query.get('keyStatus') ?? 'approved';
  const isIncluded = call.query.get('includeCred') !== 'false';
  const credentials = isIncluded ? app.credentials.filter((one) => one.status === keyStatus) : [];
  return showApp(developer, { ...app, credentials });
}
