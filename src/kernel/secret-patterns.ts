// Patterns of credentials, for secrets that are not registered.

/** A credential is a word, or follows an escape of a URL (`%3D`) or of JSON (`\n`), or curl's `-u`. */
const start = '(?:(?<![A-Za-z0-9])|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\[bfnrt])|(?<=\\s-u))';
const end = '(?![A-Za-z0-9])';

/** Forms with a prefix of their own, from their issuers' pages. */
const marked = [
  // Hugging Face user access tokens
  'hf_[A-Za-z0-9]{16,}',
  // Slack: bot, user, configuration, refresh and app-level tokens
  'xox[a-z](?:[.-][A-Za-z0-9]+)+',
  'xapp-[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+',
  // Google: access and refresh tokens, API keys, OAuth client secrets
  'ya29\\.[\\w.-]{16,}',
  '1//0[\\w-]{20,}',
  'AIza[\\w-]{35}',
  'GOCSPX-[\\w-]{16,}',
  // GitHub, OpenAI and others of that form
  'gh[a-z]_[A-Za-z0-9]{30,}',
  'github_pat_\\w{30,}',
  'sk-[\\w-]{20,}',
  // JSON Web Tokens, among them tokens of Kubernetes service accounts
  'eyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{10,}',
].map((source) => `${start}${source}`);

const privateKey =
  '-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]{0,10000}(?:-----END [A-Z ]*PRIVATE KEY-----)?';

/** Apigee's consumer keys: 48 characters today, 32 in older organizations, of all three kinds. */
const consumerKey = [48, 32].map(
  (length) =>
    `${start}(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])(?=[A-Za-z]*\\d)[A-Za-z0-9]{${length}}${end}`,
);

const patterns = new RegExp([privateKey, ...marked, ...consumerKey].join('|'), 'g');

/** A quick test for any form, cheaper than the patterns. */
const mayHold = /[A-Za-z0-9]{16}|hf_|xox|xapp-|ya29\.|PRIVATE KEY/;

/** The text with every recognised credential replaced. */
export function maskPatterns(text: string, mask: (secret: string) => string): string {
  return mayHold.test(text) ? text.replaceAll(patterns, mask) : text;
}

const pemStart = '-----BEGIN ';
const openPem = /^-----BEGIN [A-Z ]*(?:-{1,5}[^-]{0,10000}(?:-{1,5}(?:END [A-Z ]*-{0,4})?)?)?$/;
/** A shorter word at the end may be shown: of a credential it reveals little. */
const shortestWord = 8;
const longestWord = 4_000;

/** Number of characters at the end that may be the start of a credential. */
export function openPattern(text: string): number {
  const pem = text.lastIndexOf(pemStart);
  if (pem !== -1 && openPem.test(text.slice(pem, pem + 12_000))) return text.length - pem;
  const first = Math.max(0, text.length - longestWord);
  let start = text.length;
  while (start > first && /[\w./-]/.test(text.charAt(start - 1))) start -= 1;
  const word = text.length - start;
  return word < shortestWord ? 0 : word;
}
