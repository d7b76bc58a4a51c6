// Seeds Apigee's state with developers that have an app and a given key.
import type { App, Developer } from '../../apigee/state.ts';
import type { OpenCluster } from '../controllers/open-cluster.ts';

export function addApp(open: OpenCluster, email: string, name: string, consumerKey: string): App {
  const now = Date.now();
  const app: App = {
    appId: crypto.randomUUID(),
    name,
    status: 'approved',
    attributes: [],
    credentials: [
      {
        consumerKey,
        consumerSecret: 'secret',
        status: 'approved',
        apiProducts: [{ apiproduct: 'llm-product', status: 'approved' }],
        issuedAt: now,
        expiresAt: -1,
      },
    ],
    createdAt: now,
    lastModifiedAt: now,
  };
  const developer: Developer = {
    email,
    developerId: crypto.randomUUID(),
    firstName: 'A',
    lastName: 'B',
    userName: email,
    status: 'active',
    attributes: [],
    apps: { [name]: app },
    createdAt: now,
    lastModifiedAt: now,
  };
  open.organization.developers[email] = developer;
  return app;
}

export function setKey(app: App, change: (credential: App['credentials'][number]) => void): void {
  for (const credential of app.credentials) change(credential);
}
