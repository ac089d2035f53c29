import { UsageError } from "./failure.ts";

/** Whether a host is this machine, so that nothing that is sent to it leaves it. */
function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/**
 * The base address that a person or a variable named.
 *
 * @param insecure allows plain http to other machines, where the tests' passwords and tokens can be read on the way
 * @throws UsageError for anything but http and https, for credentials, queries and fragments, and for plain http to
 *   another machine. Quotes the address, unless it may hold a secret.
 */
export function checkAddress(text: string, insecure: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "")) {
    throw new UsageError(
      `the address of ${url.host} holds a user, a password, a query or a fragment: give scheme, host and path alone.`,
    );
  }
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new UsageError(
      `"${text}" is no address: it begins with https://, or with http:// on this machine.`,
    );
  }
  if (url.protocol === "http:" && !insecure && !isThisMachine(url.hostname)) {
    throw new UsageError(
      `${url.href} is not encrypted, and the tests send a password: use https://${url.host}, or allow it (--insecure, SMOKE_INSECURE=1) where the network itself is trusted.`,
    );
  }
  return url;
}
