// Loads the vendors' libraries ahead of time: each holds the event loop for up to a second, and by then no lock may be kept.

/** What clients otherwise load at their first call, in the middle of a job. Takes about two seconds of processor time, once. */
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
  // The first client parses its protocol's definitions, which the library then keeps for all; it connects to nothing.
  const first = await connectClusterManager('http://127.0.0.1');
  await first.close();
}
