// Developers, apps and keys. Paths contain keys, so no error text repeats a path.
import type { Developers } from './client.ts';
import { wholeList } from './pages.ts';
import { path } from './path.ts';
import type { Requests } from './request.ts';
import * as schema from './schema.ts';

export function createDevelopers(requests: Requests): Developers {
  return { ...developerCalls(requests), ...appCalls(requests), ...keyCalls(requests) };
}

function developerCalls(
  requests: Requests,
): Pick<
  Developers,
  | 'getDeveloper'
  | 'createDeveloper'
  | 'setDeveloperAttributes'
  | 'deleteDeveloper'
  | 'developersWithApp'
> {
  const getDeveloper: Developers['getDeveloper'] = (email, signal) =>
    requests.find(
      {
        method: 'GET',
        path: path`/developers/${email.toLowerCase()}`,
        what: 'read the developer',
        signal,
      },
      schema.developer,
    );
  return {
    getDeveloper,
    createDeveloper: ({ email, attributes = [], ...names }, signal) =>
      requests.send(
        {
          method: 'POST',
          path: '/developers',
          body: { email: email.toLowerCase(), ...names, attributes },
          what: 'create the developer',
          signal,
        },
        schema.developer,
      ),
    setDeveloperAttributes: async (email, attributes, signal) => {
      await requests.tell({
        method: 'POST',
        path: path`/developers/${email.toLowerCase()}/attributes`,
        body: { attribute: attributes },
        what: 'mark the developer',
        signal,
      });
    },
    deleteDeveloper: (email, signal) =>
      requests.tell({
        method: 'DELETE',
        path: path`/developers/${email.toLowerCase()}`,
        what: 'delete the developer',
        signal,
      }),
    developersWithApp: async (isRequested, signal) => {
      const list = {
        method: 'GET',
        path: '/developers',
        what: 'list the developers',
        signal,
      } as const;
      const query = { expand: 'true' };
      const { developer: first } = await requests.send({ ...list, query }, schema.developerList);
      const developers = await wholeList({
        first,
        cutAt: 1000,
        nameOf: ({ email }) => email,
        names: async (page) => {
          const { developer } = await requests.send(
            { ...list, query: page },
            schema.developerNames,
          );
          return developer.map(({ email }) => email);
        },
        read: (email) => getDeveloper(email, signal),
      });
      return developers.filter(({ apps }) => apps.some(isRequested));
    },
  };
}

function appCalls(
  requests: Requests,
): Pick<
  Developers,
  'getApp' | 'listApps' | 'createApp' | 'deleteApp' | 'generateKey' | 'setAppAttribute'
> {
  const getApp: Developers['getApp'] = ({ email, app }, signal) =>
    requests.find(
      { method: 'GET', path: appPath(email, app), what: `read the app ${app}`, signal },
      schema.app,
    );
  return {
    getApp,
    listApps: async (email, signal) => {
      const list = {
        method: 'GET',
        path: path`/developers/${email.toLowerCase()}/apps`,
        what: "list the developer's apps",
        signal,
      } as const;
      const listed = await requests.find({ ...list, query: { expand: 'true' } }, schema.appList);
      return wholeList({
        first: listed?.app ?? [],
        cutAt: 100,
        nameOf: ({ name }) => name,
        names: async (query) => {
          const named = await requests.find({ ...list, query }, schema.appNames);
          return (named?.app ?? []).map(({ appId }) => appId);
        },
        read: (app) => getApp({ email, app }, signal),
      });
    },
    createApp: (email, { name, products, attributes = [], expiresInMs }, signal) =>
      requests.send(
        {
          method: 'POST',
          path: path`/developers/${email.toLowerCase()}/apps`,
          body: { name, apiProducts: products, attributes, ...expiry(expiresInMs) },
          what: `create the app ${name}`,
          signal,
        },
        schema.app,
      ),
    deleteApp: ({ email, app }, signal) =>
      requests.tell({
        method: 'DELETE',
        path: appPath(email, app),
        what: `delete the app ${app}`,
        signal,
      }),
    generateKey: (app, email, { products, attributes = app.attributes, expiresInMs }, signal) =>
      requests.send(
        {
          method: 'POST',
          path: appPath(email, app.name),
          body: {
            name: app.name,
            apiProducts: products,
            attributes,
            ...expiry(expiresInMs),
            ...(app.callbackUrl === undefined ? {} : { callbackUrl: app.callbackUrl }),
          },
          what: `add a key to the app ${app.name}`,
          signal,
        },
        schema.app,
      ),
    setAppAttribute: async ({ email, app }, { name, value }, signal) => {
      await requests.tell({
        method: 'POST',
        path: `${appPath(email, app)}${path`/attributes/${name}`}`,
        body: { name, value },
        what: `mark the app ${app}`,
        signal,
      });
    },
  };
}

/** Google writes int64 as a string. */
const expiry = (ms: number | undefined): object =>
  ms === undefined ? {} : { keyExpiresIn: String(ms) };

function keyCalls(
  requests: Requests,
): Pick<Developers, 'setKeyStatus' | 'setKeyProductStatus' | 'deleteKey'> {
  return {
    setKeyStatus: async ({ email, app, consumerKey }, status, signal) => {
      const what = `${status} a key of the app ${app}`;
      const found = await requests.tell({
        method: 'POST',
        path: keyPath(email, app, consumerKey),
        query: { action: status },
        what,
        signal,
      });
      return found;
    },
    setKeyProductStatus: ({ email, app, consumerKey, product }, status, signal) =>
      requests.tell({
        method: 'POST',
        path: `${keyPath(email, app, consumerKey)}${path`/apiproducts/${product}`}`,
        query: { action: status },
        what: `${status} the product ${product} for a key of the app ${app}`,
        signal,
      }),
    deleteKey: ({ email, app, consumerKey }, signal) =>
      requests.tell({
        method: 'DELETE',
        path: keyPath(email, app, consumerKey),
        what: `delete a key of the app ${app}`,
        signal,
      }),
  };
}

const appPath = (email: string, app: string): string =>
  path`/developers/${email.toLowerCase()}/apps/${app}`;

const keyPath = (email: string, app: string, key: string): string =>
  path`/developers/${email.toLowerCase()}/apps/${app}/keys/${key}`;
