// Cloud Billing: whether a project can be charged.
export interface BillingClient {
  isEnabled(projectId: string): Promise<boolean>;
}
