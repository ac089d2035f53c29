/**
 * What a secret looks like. Two kinds of evidence: formats that issuers of credentials publish, and randomness that no
 * name, address or setting has. Errs towards finding too much: a setting wrongly taken for a secret costs a rename.
 */

/** Formats of well-known credentials, each as its issuer documents it. */
const FORMATS: readonly (readonly [name: string, format: RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----/],
  ["a service account's key", /"private_key(_id)?"\s*:/],
  ["a JSON web token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  ["an AWS access key", /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ["a Google API key", /\bAIza[\w-]{35}\b/],
  ["a Google OAuth secret", /\bGOCSPX-[\w-]{20,}/],
  ["a GitHub token", /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/],
  ["a GitLab token", /\bglpat-[\w-]{20,}/],
  ["a Slack token", /\bxox[abeoprs]-[\w-]{10,}/],
  [
    "a webhook's address",
    /https:\/\/(hooks\.slack\.com\/(services|workflows)|discord(app)?\.com\/api\/webhooks)\/\S+/,
  ],
  ["a Stripe key", /\b[rs]k_(live|test)_[A-Za-z0-9]{16,}/],
  ["a SendGrid key", /\bSG\.[\w-]{16,}\.[\w-]{16,}/],
  ["a model provider's key", /\bsk-(ant-|proj-)?[\w-]{20,}/],
  ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/],
  ["a PyPI token", /\bpypi-AgEI[\w-]{16,}/],
  ["a registry's credentials", /"auth"\s*:\s*"[A-Za-z0-9+/=]{12,}"/],
  ["a Docker Hub token", /\bdckr_[po]at_[\w-]{20,}/],
  ["a Vault token", /\bhv[sb]\.[\w-]{20,}/],
  ["a DigitalOcean token", /\bdo[opr]_v1_[0-9a-f]{64}\b/],
  ["a Shopify token", /\bshp(at|ca|pa|ss)_[0-9a-fA-F]{32}\b/],
  ["a Grafana token", /\bgl(sa|c)_[\w+/=]{32,}/],
  ["a Databricks token", /\bdapi[0-9a-f]{32}\b/],
  ["an Atlassian token", /\bATATT3[\w=-]{50,}/],
  ["a Pulumi token", /\bpul-[0-9a-f]{40}\b/],
  ["a key of age", /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/],
  ["an address with a password in it", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i],
  ["an address with a key in it", /\bhttps?:\/\/[\w-]{20,}@/],
  ["a connection string with a password in it", /\b(password|pwd|accountkey|sharedaccesskey)\s*=\s*[^\s;]+/i],
];

/** Bits per character of a text's own distribution of characters (Shannon). */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Share of neighbouring characters of different kinds: over 0.5 in random texts, under 0.35 in words run together. */
function mixing(text: string): number {
  const kind = (character: string) =>
    /[a-z]/.test(character) ? 0 : /[A-Z]/.test(character) ? 1 : /\d/.test(character) ? 2 : 3;
  let changes = 0;
  for (let index = 1; index < text.length; index++) {
    if (kind(text[index] as string) !== kind(text[index - 1] as string)) changes++;
  }
  return changes / Math.max(1, text.length - 1);
}

const IDENTIFIER = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LONGEST_WORD = 4096;

/** Whether one word, with no blank in it, is too random to be a name. */
function isRandom(word: string): boolean {
  if (word.length < 16 || word.length > LONGEST_WORD || IDENTIFIER.test(word)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(word)).length;
  if (/^[0-9a-f]{32,}$/i.test(word)) return kinds >= 2 && entropy(word) >= 3;
  if (/^[A-Za-z0-9+/_-]{20,}={0,2}$/.test(word) && kinds === 3)
    return entropy(word) >= 3.7 && mixing(word) >= 0.4;
  if (/^[a-z0-9]{24,}$/.test(word)) return kinds === 2 && entropy(word) >= 3.6 && mixing(word) >= 0.25;
  const odd = /[^\w\s./:,@=-]/.test(word);
  return odd && kinds === 3 && entropy(word) >= 3.3 && mixing(word) >= 0.4;
}

/** Like {@link secretKind}, by the published formats alone: in a file, what only looks random is most often a checksum. */
export function knownSecretKind(text: string): string | undefined {
  return FORMATS.find(([, format]) => format.test(text))?.[0];
}

/** What kind of secret `text` looks like, in words that follow "looks like", or undefined. Never quotes the text. */
export function secretKind(text: string): string | undefined {
  const known = knownSecretKind(text);
  if (known !== undefined) return known;
  const bare = text.replaceAll(/sha(256|384|512)[:-][\w+/=]+/g, "");
  const words = bare.split(/[\s,;"'`|]+/);
  return words.some((word) => !word.includes("://") && isRandom(word)) ? "a random key" : undefined;
}

/** Whether `text` may be a secret, so that no message may quote it. */
export function looksSecret(text: string): boolean {
  return secretKind(text) !== undefined;
}
