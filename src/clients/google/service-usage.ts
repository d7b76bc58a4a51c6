// Service Usage: which APIs a project has enabled, and enabling them.
export interface ServiceUsageClient {
  /** Those of `services` (`container.googleapis.com`) that are not enabled. */
  missing(projectId: string, services: readonly string[]): Promise<string[]>;
  /** Starts enabling; it takes effect some time later, so ask `missing` again. Safe to repeat. */
  enable(projectId: string, services: readonly string[]): Promise<void>;
}
