// Compute Engine: regional quotas, networks and subnetworks.
export interface RegionQuota {
  /** `C2_CPUS`, `CPUS`, `SSD_TOTAL_GB`, … */
  readonly metric: string;
  readonly limit: number;
  readonly usage: number;
}

export interface Subnetwork {
  readonly name: string;
  /** Name of the network it belongs to. */
  readonly network: string;
  readonly region: string;
  readonly purpose: string;
  readonly role: string | undefined;
  readonly ipCidrRange: string;
  /** Where llmgw marks what it made. */
  readonly description: string;
}

export interface ComputeClient {
  /** Empty when the region is unknown. */
  regionQuotas(projectId: string, region: string): Promise<RegionQuota[]>;
  zoneExists(projectId: string, zone: string): Promise<boolean>;
  networkExists(projectId: string, network: string): Promise<boolean>;
  listSubnetworks(projectId: string, region: string): Promise<Subnetwork[]>;
  /** Starts the insertion and returns its operation's name; undefined when the name is taken. */
  insertSubnetwork(
    projectId: string,
    subnetwork: Omit<Subnetwork, 'role'> & { readonly role?: string },
  ): Promise<string | undefined>;
  /** Gone already counts as deleted. */
  deleteSubnetwork(projectId: string, region: string, name: string): Promise<void>;
}
