// Preload of vendors' libraries; each blocks the event loop for up to a second.

/** Must end before any lock is held: clients otherwise load these in the middle of a job. Takes about two seconds of CPU, once. */
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
  // The first client parses its protocol's definitions, which the library keeps for all; it opens no connection.
  const first = await connectClusterManager('http://127.0.0.1');
  await first.close();
}
