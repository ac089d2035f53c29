import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deployableFiles } from "../automation/plan/deployable.ts";
import { writeFiles } from "../automation/plan/write.ts";
import { sandboxPaths } from "../sandbox/paths.ts";
import { startProviders } from "../sandbox/providers/server.ts";
import { type BenchCluster, startBenchCluster } from "./cluster.ts";
import { writeProject } from "./components.ts";
import { benchStack, runHere } from "./declare.ts";
import { type Case, interleaved, ratios, root, run, type Samples, seconds } from "./measure.ts";
import { declareObjects, objectCount } from "./objects.ts";
import { onesourceCases } from "./onesource.ts";
import { type Providers, prepareSandbox } from "./providers.ts";
import { spread } from "./report.ts";

/** Of each of four kinds. */
const size = 50;
/** Whatever is deployed is removed again after each sample, which takes as long: so many rounds at most. */
const most = 3;

/** Deploys the objects with the engine, through the sandbox's provider; what is there afterwards is removed, unmeasured. */
async function upCase(scratch: string, cluster: BenchCluster, providers: Providers): Promise<Case> {
  const cwd = join(scratch, "objects");
  const declarations = pathToFileURL(join(root, "bench", "objects.ts")).href;
  await writeProject(cwd, `import { declareObjects } from "${declarations}";\ndeclareObjects(${size});\n`);
  const env = await prepareSandbox(sandboxPaths(cwd), providers);
  const pulumi = (...args: readonly string[]) =>
    run(providers.engine.pulumi, [...args, "--stack", benchStack, "--non-interactive"], { cwd, env });
  await run(providers.engine.pulumi, ["stack", "init", benchStack, "--non-interactive"], { cwd, env });
  return {
    name: "up",
    sample: async () => {
      let said = "";
      const taken = await seconds(async () => {
        said = await pulumi("up", "--yes", "--skip-preview");
      });
      // The stack itself is a resource, too.
      if (!said.includes(`+ ${objectCount(size) + 1} created`)) {
        throw new Error(`up made another number of objects than ${objectCount(size)}:\n${said}`);
      }
      await untilGone(cluster, () => pulumi("destroy", "--yes", "--skip-preview"));
      return taken;
    },
  };
}

/** Applies manifests of the same objects, as a plan renders them. */
async function applyCase(
  name: string,
  manifests: string,
  cluster: BenchCluster,
  ...flags: readonly string[]
): Promise<Case> {
  return {
    name,
    sample: async () => {
      let said = "";
      const taken = await seconds(async () => {
        said = await cluster.kubectl("apply", ...flags, "-R", "-f", manifests);
      });
      const applied = said.trim().split("\n").length;
      if (applied !== objectCount(size)) throw new Error(`${name} made ${applied} objects:\n${said}`);
      await untilGone(cluster, () => cluster.kubectl("delete", "namespace", "bench"));
      return taken;
    },
  };
}

/** Removes the namespace of the objects, and with it all of them. */
async function untilGone(cluster: BenchCluster, remove: () => Promise<unknown>): Promise<void> {
  await remove();
  const left = await cluster.kubectl("get", "namespace", "bench", "--ignore-not-found", "-o", "name");
  if (left !== "") throw new Error("the objects of one sample are still there");
}

async function objectCases(scratch: string, cluster: BenchCluster, providers: Providers): Promise<Case[]> {
  const manifests = join(scratch, "manifests");
  writeFiles(manifests, deployableFiles(await runHere(() => declareObjects(size))).files);
  const folder = join(manifests, "kubernetes");
  return [
    await upCase(scratch, cluster, providers),
    await applyCase("kubectl apply", folder, cluster),
    await applyCase("kubectl apply --server-side", folder, cluster, "--server-side"),
  ];
}

/** Measures how fast objects come into a cluster, beside kubectl; gives the report's lines. */
export async function measureKubernetes(
  scratch: string,
  { engine }: Pick<Providers, "engine">,
  asked: number,
): Promise<string[]> {
  const cluster = await startBenchCluster(scratch);
  if (cluster === undefined) return ["skipped: no Kubernetes here yet: npm run parts kubernetes"];
  const closing: (() => Promise<void>)[] = [cluster.stop];
  try {
    const server = await startProviders({ kubernetesFolder: cluster.folder });
    closing.push(() => server.close());
    const rounds = Math.min(asked, most);
    const providers = { engine, port: server.port };
    const objects = await interleaved(await objectCases(scratch, cluster, providers), rounds);
    const onesource = await onesourceCases(scratch, cluster);
    closing.push(onesource.close);
    return report(rounds, objects, await interleaved(onesource.cases, rounds));
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function report(rounds: number, objects: Samples, systems: Samples): string[] {
  const applied = ["up", "kubectl apply", "kubectl apply --server-side"].map((name) => {
    const taken = objects.get(name) ?? [];
    const rates = taken.map((each) => objectCount(size) / each);
    return `${name}: ${spread(rates, 0)} objects a second, ${spread(taken)} s in all`;
  });
  const ready = ["up", "kubectl apply"].map(
    (name) =>
      `ONESource, from the start of ${name} until all is Ready: ${spread(systems.get(`ONESource, ${name}`) ?? [])} s`,
  );
  const times = (samples: Samples, one: string, other: string) => spread(ratios(samples, one, other), 1);
  return [
    `${rounds} rounds; ${objectCount(size)} objects that nothing is waited for`,
    ...applied,
    `up takes ${times(objects, "up", "kubectl apply")} × kubectl apply, ${times(objects, "up", "kubectl apply --server-side")} × that with --server-side`,
    ...ready,
    `ONESource by up takes ${times(systems, "ONESource, up", "ONESource, kubectl apply")} × kubectl apply`,
  ];
}
