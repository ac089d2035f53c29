import type { CloudClient } from "../../sandbox/cloud/index.ts";

/** A local address, and whether it answers. */
export interface Address {
  readonly service: string;
  readonly url: string;
  /** Status that it answered with; undefined where nothing answered in time. */
  readonly status: number | undefined;
}

const PATIENCE_MILLISECONDS = 3_000;

/**
 * Asks each address that the local cloud serves for a stack, once.
 * @param first URNs of the services to name first
 */
export async function askAddresses(
  cloud: CloudClient,
  stack: string,
  first: ReadonlySet<string>,
): Promise<Address[]> {
  const services = (await cloud.listServices())
    .filter(({ owner }) => owner.startsWith(`urn:pulumi:${stack}::`))
    .sort((a, b) => Number(first.has(b.owner)) - Number(first.has(a.owner)) || (a.name < b.name ? -1 : 1));
  return await Promise.all(
    services.map(async ({ name, labels, url }) => {
      const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) }).catch(
        () => undefined,
      );
      await response?.body?.cancel();
      return { service: `${labels.system ?? ""}/${name}`, url, status: response?.status };
    }),
  );
}
