// Which models the Hub has: all but those whose name says otherwise, some behind a licence.

export const isMissing = (model: string): boolean => model.includes('does-not-exist');

export const isGated = (model: string): boolean => /^(meta-llama|mistralai|google)\//.test(model);
