// Organization, instances, operations and products of Apigee.
import type { Organizations } from './client.ts';
import { allPages } from './pages.ts';
import { path } from './path.ts';
import type { Requests } from './request.ts';
import { instanceList, operation, organization, product } from './schema.ts';

export function createOrganizations(requests: Requests): Organizations {
  return {
    getOrganization: (signal) =>
      requests.find(
        { method: 'GET', path: '', what: 'read the organization', signal },
        organization,
      ),
    listInstances: (signal) =>
      allPages(async (pageToken) => {
        const page = await requests.send(
          {
            method: 'GET',
            path: '/instances',
            query: pageToken,
            what: 'list the instances',
            signal,
          },
          instanceList,
        );
        return { items: page.instances, next: page.nextPageToken };
      }),
    getOperation: (name, signal) => {
      const id = name.split('/').at(-1) ?? name;
      return requests.send(
        { method: 'GET', path: path`/operations/${id}`, what: `read the operation ${id}`, signal },
        operation,
      );
    },
    getProduct: (name, signal) =>
      requests.find(
        {
          method: 'GET',
          path: path`/apiproducts/${name}`,
          what: `read the product ${name}`,
          signal,
        },
        product,
      ),
    deleteProduct: (name, signal) =>
      requests.tell({
        method: 'DELETE',
        path: path`/apiproducts/${name}`,
        what: `delete the product ${name}`,
        signal,
      }),
    setProductApproval: async (known, approvalType, signal) => {
      await requests.send(
        {
          method: 'PUT',
          path: path`/apiproducts/${known.name}`,
          body: { ...known, approvalType },
          what: `change the approval of the product ${known.name}`,
          signal,
        },
        product,
      );
    },
  };
}
