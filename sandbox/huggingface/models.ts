// Models of the Hub: existence and licence gate, by name.

export const isMissing = (model: string): boolean => model.includes('does-not-exist');

export const isGated = (model: string): boolean => /^(meta-llama|mistralai|google)\//.test(model);
