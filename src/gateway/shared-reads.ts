// Shared reads of the checks of one observation, each made once.
import type { Clients } from '../clients/clients.ts';

/** A failed read is repeated. @param signal of the observation: no single check aborts a shared read. */
export function withSharedReads(clients: Clients, signal: AbortSignal): Clients {
  const reads = new Map<string, Promise<unknown>>();
  const once = <T>(name: string, read: () => Promise<T>): Promise<T> => {
    const known = reads.get(name);
    if (known !== undefined) return known as Promise<T>;
    const reading = read();
    reads.set(name, reading);
    reading.catch(() => reads.delete(name));
    return reading;
  };
  return {
    ...clients,
    gke: {
      ...clients.gke,
      getCluster: (place) =>
        once(`cluster ${JSON.stringify(place)}`, () => clients.gke.getCluster(place)),
    },
    kubernetes: (gateway) => {
      const kubernetes = clients.kubernetes(gateway);
      return {
        ...kubernetes,
        get: (ref) =>
          once(`object ${gateway.name} ${JSON.stringify(ref)}`, () =>
            kubernetes.get(ref, { signal }),
          ),
      };
    },
    apigee: (gateway) => {
      const apigee = clients.apigee(gateway);
      return {
        ...apigee,
        getProduct: (name) =>
          once(`product ${gateway.name} ${name}`, () => apigee.getProduct(name, signal)),
      };
    },
  };
}
