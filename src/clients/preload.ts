// Preload of the vendors' libraries, each of which blocks the event loop.

/** Libraries that clients otherwise load at their first call, in the middle of a job. Takes about two seconds of processor time, once. Each blocks the event loop for up to a second, so no job lock may be held yet. */
export async function preloadLibraries(): Promise<void> {
  await Promise.all([
    import('google-auth-library'),
    import('googleapis/build/src/apis/cloudbilling/index.js'),
    import('googleapis/build/src/apis/cloudresourcemanager/index.js'),
    import('googleapis/build/src/apis/compute/index.js'),
    import('googleapis/build/src/apis/iam/index.js'),
    import('googleapis/build/src/apis/serviceusage/index.js'),
    import('./kubernetes/connection.ts'),
  ]);
  const { connectClusterManager } = await import('./gke/connect.ts');
  // The first client parses its protocol's definitions, which the library then keeps for all; no connection is opened.
  const first = await connectClusterManager('http://127.0.0.1');
  await first.close();
}
