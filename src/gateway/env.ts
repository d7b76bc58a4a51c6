// What a provisioning step works with: one gateway's configuration and the clients of its services.
import type { Clients } from '../clients/clients.ts';
import type { GatewayConfig } from '../kernel/config.ts';

export interface ProvisionEnv {
  readonly gateway: GatewayConfig;
  /** The other gateways of this bot: what they share in a project goes with the last of them. */
  readonly neighbours?: readonly GatewayConfig[];
  readonly clients: Clients;
  /** Where the Apigee operator's charts come from. */
  readonly charts: { readonly prefix: string; readonly plainHttp: boolean };
  /** Fetched when needed; never goes into outputs, logs or errors. */
  hfToken(): string;
  /** Registers a value that must never leave (an issued key) with whatever scans outgoing text. */
  keepSecret(secret: string): void;
}
