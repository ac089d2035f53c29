import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { writeConnection } from "../sandbox/kubernetes/connection.ts";
import { sandboxPaths } from "../sandbox/paths.ts";
import { copyCheckout } from "../test/support/checkout.ts";
import { type Found, notReady } from "../test/support/ready.ts";
import type { BenchCluster } from "./cluster.ts";
import { type Case, node, seconds, stopping } from "./measure.ts";

/** Kinds that say of themselves whether they work. */
const KINDS = [
  "certificates",
  "deployments",
  "externalsecrets",
  "gateways",
  "horizontalpodautoscalers",
  "httproutes",
  "persistentvolumeclaims",
  "poddisruptionbudgets",
  "pods",
  "secretstores",
  "statefulsets",
];

/** Resolves when all of ONESource is Ready, bound, accepted or programmed. */
async function untilReady({ kubectl }: BenchCluster): Promise<void> {
  for (;;) {
    stopping.signal.throwIfAborted();
    const { items } = JSON.parse(await kubectl("get", KINDS.join(","), "-n", "onesource", "-o", "json")) as {
      items: Found[];
    };
    if (items.length > 0 && notReady(items).length === 0) return;
  }
}

/**
 * ONESource as the stack `sandbox` has it, from nothing until all of it is Ready: by `slipway up`, the whole command with its
 * preview and its cloud, which runs; and by kubectl from the same plan's manifests, which hold the cluster's objects alone.
 * @returns the cases, and how to clear up
 */
export async function onesourceCases(
  scratch: string,
  cluster: BenchCluster,
): Promise<{ cases: Case[]; close: () => Promise<void> }> {
  const checkout = await copyCheckout();
  const cwd = checkout.root;
  const stack = { environment: "sandbox", region: "us-east1", systems: { onesource: {} } };
  await writeFile(join(cwd, "Pulumi.sandbox.yaml"), stringify({ config: { "slipway:stack": stack } }));
  const { kubernetes } = sandboxPaths(cwd);
  writeConnection(kubernetes, cluster.connection);
  const slipway = (...args: string[]) => node(["automation/cli.ts", ...args, "--stack", "sandbox"], { cwd });
  const out = join(scratch, "onesource");
  await slipway("plan", "--out", out);
  const manifests = join(out, "kubernetes");
  return {
    cases: [
      {
        name: "ONESource, up",
        sample: async () => {
          const taken = await seconds(async () => {
            await slipway("up", "--json");
            await untilReady(cluster);
          });
          await slipway("destroy", "--json");
          return taken;
        },
      },
      {
        name: "ONESource, kubectl apply",
        sample: async () => {
          const taken = await seconds(async () => {
            await cluster.kubectl("apply", "-R", "-f", manifests);
            await untilReady(cluster);
          });
          await cluster.kubectl("delete", "-R", "-f", manifests, "--ignore-not-found");
          return taken;
        },
      },
    ],
    close: async () => {
      // Not its own: the cluster is stopped by whoever started it.
      writeConnection(kubernetes, undefined);
      await checkout.remove();
    },
  };
}
