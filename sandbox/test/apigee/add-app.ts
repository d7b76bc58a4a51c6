// Seeds the organization's state with a developer, one app and one approved key.
import type { App, Organization } from '../../apigee/state.ts';

export interface NewApp {
  readonly email: string;
  readonly app: string;
  readonly key: string;
  readonly product: string;
}

export function addApp(
  organization: Organization,
  { email, app: name, key, product }: NewApp,
): App {
  const now = Date.now();
  const times = { createdAt: now, lastModifiedAt: now };
  const app: App = {
    appId: crypto.randomUUID(),
    name,
    status: 'approved',
    attributes: [],
    credentials: [
      {
        consumerKey: key,
        consumerSecret: 'secret',
        status: 'approved',
        apiProducts: [{ apiproduct: product, status: 'approved' }],
        issuedAt: now,
        expiresAt: -1,
      },
    ],
    ...times,
  };
  organization.developers[email] = {
    email,
    developerId: crypto.randomUUID(),
    firstName: 'A',
    lastName: 'B',
    userName: email,
    status: 'active',
    attributes: [],
    apps: { [name]: app },
    ...times,
  };
  return app;
}
