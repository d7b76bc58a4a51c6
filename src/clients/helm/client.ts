// Helm releases by the real helm binary.
export interface HelmRelease {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  /** `deployed`, `failed`, `pending-install`, `pending-upgrade`, `uninstalling`, … */
  readonly status: string;
  /** `apigee-apim-operator-helm-1.1.1` */
  readonly chart: string;
  /** User-supplied values. */
  readonly values: Readonly<Record<string, unknown>>;
}

export interface ReleaseWish {
  readonly name: string;
  readonly namespace: string;
  /** `oci://…/apigee-apim-operator-helm` */
  readonly chart: string;
  readonly version: string;
  readonly values: Readonly<Record<string, string>>;
}

export interface HelmClient {
  /** The newest revision; undefined when there is none. */
  getRelease(
    name: string,
    namespace: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<HelmRelease | undefined>;
  /**
   * `helm upgrade --install --create-namespace`, without waiting for its objects: the step's wait looks at them.
   * A release that a killed helm left pending is rolled back or removed first.
   */
  install(wish: ReleaseWish, options?: { readonly signal?: AbortSignal }): Promise<HelmRelease>;
  /** Gone already counts as uninstalled. */
  uninstall(
    name: string,
    namespace: string,
    options?: { readonly signal?: AbortSignal },
  ): Promise<void>;
}
