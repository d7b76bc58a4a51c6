// IAM: service accounts and who may act as them.
export interface ServiceAccount {
  readonly email: string;
  readonly displayName: string;
  /** Where llmgw marks what it made. */
  readonly description: string;
  readonly disabled: boolean;
  readonly uniqueId: string;
}

export interface IamClient {
  /** undefined when there is none. */
  getServiceAccount(projectId: string, email: string): Promise<ServiceAccount | undefined>;
  /** Returns the existing one when the name is taken. */
  createServiceAccount(account: {
    readonly projectId: string;
    readonly accountId: string;
    readonly displayName: string;
    readonly description: string;
  }): Promise<ServiceAccount>;
  /** Gone already counts as deleted. */
  deleteServiceAccount(projectId: string, email: string): Promise<void>;
  /** Roles that `member` holds on the service account itself. */
  serviceAccountRoles(projectId: string, email: string, member: string): Promise<string[]>;
  /** Read-modify-write with the etag; true when something was written. */
  grantOnServiceAccount(grant: ServiceAccountGrant): Promise<boolean>;
  revokeOnServiceAccount(grant: ServiceAccountGrant): Promise<boolean>;
}

export interface ServiceAccountGrant {
  readonly projectId: string;
  readonly email: string;
  readonly role: string;
  /** `serviceAccount:PROJECT.svc.id.goog[ns/ksa]` */
  readonly member: string;
}
