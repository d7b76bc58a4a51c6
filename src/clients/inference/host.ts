// Host header of requests to an address under another name. Pure.

/** The header of a client that resolved the name: with the port, unless it is the protocol's default. */
export function hostWithPort(host: string, baseUrl: string): string {
  const { port } = new URL(baseUrl);
  return port === '' ? host : `${host}:${port}`;
}
