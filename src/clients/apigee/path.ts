// Paths of the API, with every inserted part escaped.

/** path`/developers/${email}` is `/developers/a%40b.c`. */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((built, part, index) => {
    const value = values[index - 1] ?? '';
    return `${built}${encodeURIComponent(value)}${part}`;
  });
}
