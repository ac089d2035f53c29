/** Words that say that a variable holds a secret. */
const SECRET_WORDS =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|JWT|DSN|CREDENTIALS?|CONNECTION_STRING|(API|PRIVATE|SECRET|ACCESS|ENCRYPTION|SIGNING|MASTER|SERVICE|ACCOUNT|SESSION|ROUTING|INTEGRATION|HMAC|SSH)_?KEYS?)(_|$)/;

/** Last words that make it a setting about a secret: where it is, how long it lives, whether it is wanted. */
const ABOUT =
  /_(FILE|PATH|DIR|NAME|ID|VERSION|URL|URI|HOST|HEADER|COOKIE|PREFIX|TYPE|ALGORITHM|ALG|ISSUER|AUDIENCE|TTL|SECONDS|MINUTES|HOURS|DAYS|MS|EXPIRY|EXPIRES|EXPIRES_IN|EXPIRATION|LIFETIME|PERIOD|ROTATION|LENGTH|SIZE|BYTES|BITS|MIN|MAX|LIMIT|LIMITS|COUNT|ROUNDS|COST|BUDGET|NAMESPACE|PATTERN|REGEX|POLICY|ENABLED|DISABLED|REQUIRED|MODE|STRATEGY|PROVIDER|SAMPLE_RATE|ENVIRONMENT)$/;

/** Whether a variable's name says that its value is a secret, and not a setting about one. */
export function namesSecret(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .replaceAll(/[-.]/g, "_")
    .toUpperCase();
  return SECRET_WORDS.test(words) && !ABOUT.test(words);
}
