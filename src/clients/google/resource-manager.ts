// Resource Manager: the project, the caller's permissions on it, and its IAM policy.
export interface Project {
  readonly projectId: string;
  readonly projectNumber: string;
  readonly state: string;
}

export interface ResourceManagerClient {
  /** undefined when it does not exist, or may not be seen. */
  getProject(projectId: string): Promise<Project | undefined>;
  /** Those of `permissions` that the caller lacks on the project. */
  missingPermissions(projectId: string, permissions: readonly string[]): Promise<string[]>;
  /** Roles that `member` (`serviceAccount:…`) holds on the project, unconditionally. */
  projectRoles(projectId: string, member: string): Promise<string[]>;
  /** Read-modify-write with the etag; true when something was written. */
  grantOnProject(projectId: string, member: string, roles: readonly string[]): Promise<boolean>;
  revokeOnProject(projectId: string, member: string, roles: readonly string[]): Promise<boolean>;
}
