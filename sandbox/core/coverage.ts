// Coverage rows: one per imitated method, with its document and its test.

export interface CoverageRow {
  /** The service's own name: `chat.postMessage`, `ClusterManager.CreateCluster`, `GET /v1/organizations/{org}`. */
  readonly method: string;
  readonly state: 'supported' | 'partial';
  /** Vendor document or fact sheet that the imitation follows. */
  readonly follows: string;
  /** Test file of the method. */
  readonly shownBy: string;
  /** For `partial`: the missing part. */
  readonly missing?: string;
}

/** An unmodified client of the vendor, and the test that runs it against the service. */
export interface DrivingClient {
  /** Name on npm or at its vendor: `@slack/web-api`, `kubectl`. */
  readonly client: string;
  readonly test: string;
}

export interface ServiceCoverage {
  readonly clients: readonly DrivingClient[];
  readonly methods: readonly CoverageRow[];
}
