// Environment of provisioning steps: a gateway's configuration and its clients.
import type { Clients } from '../clients/clients.ts';
import type { GatewayConfig } from '../kernel/config.ts';

export interface ProvisionEnv {
  readonly gateway: GatewayConfig;
  /** The other gateways of this bot: the last of them removes their shared resources. */
  readonly neighbours?: readonly GatewayConfig[];
  readonly clients: Clients;
  /** Registry of the Apigee operator's charts. */
  readonly charts: { readonly prefix: string; readonly plainHttp: boolean };
  /** Fetched when needed; never goes into outputs, logs or errors. */
  hfToken(): string;
  /** Registers a value that must never leave (an issued key) with the redactor. */
  keepSecret(secret: string): void;
}
