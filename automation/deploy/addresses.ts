import type { CloudClient } from "../../sandbox/cloud/index.ts";

/** A local address, and whether it answers. */
export interface Address {
  readonly service: string;
  readonly url: string;
  /** Status of its readiness path; undefined where nothing answered in time. */
  readonly status: number | undefined;
}

const PATIENCE_MILLISECONDS = 3_000;

/** Asks each address that the local cloud serves for a stack, once. */
export async function askAddresses(cloud: CloudClient, stack: string): Promise<Address[]> {
  const services = (await cloud.listServices()).filter(({ owner }) =>
    owner.startsWith(`urn:pulumi:${stack}::`),
  );
  const asked = services.map(async ({ name, labels, url }) => {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) }).catch(
      () => undefined,
    );
    await response?.body?.cancel();
    return { service: `${labels.system ?? ""}/${name}`, url, status: response?.status };
  });
  return (await Promise.all(asked)).sort((a, b) => (a.service < b.service ? -1 : 1));
}
