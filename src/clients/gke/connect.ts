// Lazy gRPC channel to GKE, with or without TLS; the library takes 50 MB.
import type { ClusterManagerClient } from '@google-cloud/container';

export async function connectClusterManager(url: string): Promise<ClusterManagerClient> {
  const [{ ClusterManagerClient: Client }, { GoogleAuth, OAuth2Client }, { credentials }] =
    await Promise.all([
      import('@google-cloud/container'),
      import('google-auth-library'),
      import('@grpc/grpc-js'),
    ]);
  const { protocol, hostname, port } = new URL(url);
  const isPlain = protocol === 'http:';
  return new Client({
    apiEndpoint: hostname,
    // The library appends :443 to a host with a port, so the port is passed separately.
    port: port === '' ? (isPlain ? 80 : 443) : Number(port),
    sslCreds: isPlain ? credentials.createInsecure() : credentials.createSsl(),
    // Each call has its own token; without this the library looks for its own credentials.
    auth: new GoogleAuth({ authClient: new OAuth2Client() }),
  });
}
