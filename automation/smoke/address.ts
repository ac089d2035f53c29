import { CloudClient, type CloudServiceStatus } from "../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { readOutputs } from "../deploy/outputs.ts";
import { chooseTarget } from "../deploy/target.ts";
import { CommandFailure } from "../exit.ts";

/** The service that a system's smoke tests ask; behind the edge, where there is one. */
const SERVICE = "backend";

/** Where something is tested. */
export interface SmokeAddress {
  readonly url: string;
  /** What of the sandbox it is. None elsewhere. */
  readonly local?: { readonly stack: string; readonly environment: string };
}

/** Where a system's backend answers in the local cloud. @throws CommandFailure that names what is there */
export function localAddress(
  services: readonly Pick<CloudServiceStatus, "name" | "owner" | "labels" | "url">[],
  stack: string,
  system: string,
): SmokeAddress {
  const own = services.filter(({ owner }) => owner.startsWith(`urn:pulumi:${stack}::`));
  const found = own.find(({ name, labels }) => name === SERVICE && labels.system === system);
  if (found !== undefined) {
    const { url, labels } = found;
    return labels.environment === undefined
      ? { url }
      : { url, local: { stack, environment: labels.environment } };
  }
  const known = own.map(({ name, labels }) => `${labels.system}/${name}`).join(", ") || "nothing";
  const remedy = `slipway up --stack ${stack}${stack === "sandbox" ? "" : " --sandbox"}`;
  throw new CommandFailure(
    `the local cloud has no ${system}/${SERVICE} of the stack "${stack}"; it has ${known}. Deploy it: ${remedy}`,
  );
}

/** Where a system's edge answers, as its stack's outputs say. @throws CommandFailure where they don't */
export function edgeAddress(
  outputs: Readonly<Record<string, unknown>>,
  stack: string,
  system: string,
): string {
  const { edge } = (outputs[system] ?? {}) as { edge?: { url?: unknown } };
  if (typeof edge?.url === "string") return edge.url;
  throw new CommandFailure(
    `the outputs of the stack "${stack}" name no ${system}.edge.url. See what they name, and give --url: slipway outputs --stack ${stack}`,
  );
}

/** The address of what a stack deployed of a system. */
export async function addressOf(
  root: string,
  flags: { readonly stack: string; readonly sandbox?: true },
  system: string,
): Promise<SmokeAddress> {
  const target = chooseTarget(root, flags.stack, flags.sandbox === true);
  if (!target.sandbox) return { url: edgeAddress(await readOutputs(target), target.stack, system) };
  const cloud = await CloudClient.connect(sandboxPaths(root).cloud);
  return localAddress(await cloud.listServices(), target.stack, system);
}
