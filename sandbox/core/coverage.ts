// One row a method that a service imitates: the document it follows and the test that shows it.

export interface CoverageRow {
  /** As the service names it: `chat.postMessage`, `ClusterManager.CreateCluster`, `GET /v1/organizations/{org}`. */
  readonly method: string;
  readonly state: 'supported' | 'partial';
  /** Vendor document or fact sheet that it follows. */
  readonly follows: string;
  /** Test file that drives it. */
  readonly shownBy: string;
  /** For `partial`: what is missing. */
  readonly missing?: string;
}
