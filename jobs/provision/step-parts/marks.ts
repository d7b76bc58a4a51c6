// How llmgw marks what it makes outside the cluster, so that undo removes nothing else.

/** For description fields: service accounts, environments. */
export const madeFor = (gateway: string): string => `Made by llmgw for the gateway ${gateway}`;

export const isOurs = (description: string | undefined, gateway: string): boolean =>
  description === madeFor(gateway);
