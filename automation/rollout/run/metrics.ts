import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import { CloudClient } from "../../../sandbox/cloud/index.ts";
import { sandboxPaths } from "../../../sandbox/paths.ts";
import type { RolloutMetrics } from "../gate.ts";
import { ScrapeMetrics } from "../metrics/scrape.ts";
import type { Traffic } from "../traffic.ts";
import type { StackReleases } from "./context.ts";
import type { CommandFlags } from "./flags.ts";

/** Who measures for a release. */
export async function releaseMetrics(
  { target }: StackReleases,
  _service: MeasuredService,
  _traffic: Traffic,
  _flags: CommandFlags,
): Promise<RolloutMetrics> {
  return new ScrapeMetrics("the local cloud", async () => {
    const { url } = await (await CloudClient.connect(sandboxPaths(target.root).cloud)).status();
    return [{ name: "local-cloud", url: `${url}/metrics` }];
  });
}
