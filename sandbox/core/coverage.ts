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

/** A client as its vendor ships it, and the test in which it speaks to the service. */
export interface DrivingClient {
  /** As npm or its vendor names it: `@slack/web-api`, `kubectl`. */
  readonly client: string;
  readonly test: string;
}

export interface ServiceCoverage {
  readonly clients: readonly DrivingClient[];
  readonly methods: readonly CoverageRow[];
}
