// What the other services may ask of Google's identity: is this token valid, does this member hold this role yet.

export interface Identity {
  /** True for an access token that the metadata server issued and that has not expired. */
  isValidToken(authorization: string | undefined): boolean;
  /** True once the grant has been made and has propagated. */
  hasProjectRole(projectId: string, member: string, role: string): boolean;
  /** True once `member` may act as the service account (roles/iam.workloadIdentityUser on it), propagated. */
  mayActAs(member: string, serviceAccountEmail: string): boolean;
  serviceAccountExists(email: string): boolean;
  isServiceEnabled(projectId: string, service: string): boolean;
}
