// Host header of requests that go to an address under another name. Pure.

/** As a client sends it that found the address by this name: with the port, unless it is the protocol's own. */
export function hostWithPort(host: string, baseUrl: string): string {
  const { port } = new URL(baseUrl);
  return port === '' ? host : `${host}:${port}`;
}
