import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { planResource, resourcesJson } from "../automation/plan/resources.ts";
import { sandboxPaths } from "../sandbox/paths.ts";
import { benchProject, benchStack, runHere } from "./declare.ts";
import { type Case, interleaved, median, node, ratios, root, run, seconds } from "./measure.ts";
import { type Providers, prepareSandbox } from "./providers.ts";
import { rawProgram } from "./raw.ts";
import { line, spread } from "./report.ts";
import { declareServices } from "./system.ts";

const count = 40;
/** Rounds in one process are so short that many cost nothing, and noise that many are needed. */
const roundsInProcess = 41;
/** What the library may add to what the same resources cost without it. */
const most = 1.1;

/** Writes a Pulumi project with this checkout's dependencies. */
export async function writeProject(folder: string, program: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const runtime = "runtime: {name: nodejs, options: {typescript: false}}";
  await writeFile(join(folder, "Pulumi.yaml"), `name: ${benchProject}\n${runtime}\nmain: index.ts\n`);
  await writeFile(join(folder, "package.json"), '{"name": "bench", "version": "1.0.0", "type": "module"}\n');
  await writeFile(join(folder, "index.ts"), program);
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
}

/**
 * Writes the module that declares without the library what `count` services declare with it.
 * @throws Error where a plan of it is not the same to the byte: URNs, inputs, dependencies, options
 */
export async function writeRaw(file: string): Promise<void> {
  const { resources } = await runHere(() => declareServices(count));
  await writeFile(file, rawProgram(resources));
  const { declareRaw } = (await import(pathToFileURL(file).href)) as { declareRaw: () => void };
  const raw = await runHere(declareRaw);
  const [one, other] = [resources, raw.resources].map((each) =>
    resourcesJson(each.map(planResource)).split("\n"),
  );
  const at = one?.findIndex((text, index) => text !== other?.[index]) ?? 0;
  if (at >= 0 || one?.length !== other?.length) {
    throw new Error(
      `the raw program does not declare what the components do: line ${at + 1} of resources.json is ${one?.[at]} there and ${other?.[at]} here`,
    );
  }
}

/** A preview of a project; fails where it plans another number of resources than the first that asked. */
function previewer(providers: Providers, env: NodeJS.ProcessEnv) {
  let expected: string | undefined;
  return (name: string, cwd: string): Case => ({
    name,
    sample: async () => {
      let said = "";
      const args = ["preview", "--stack", benchStack, "--non-interactive"];
      const taken = await seconds(async () => {
        said = await run(providers.engine.pulumi, args, { cwd, env });
      });
      const planned = /\+ \d+ to create/.exec(said)?.[0];
      expected ??= planned;
      if (planned === undefined || planned !== expected) {
        throw new Error(`${name}: "${planned}" where "${expected}" was expected`);
      }
      return taken;
    },
  });
}

/** Measures what components add to the same resources registered raw; gives the report's lines. */
export async function measureComponents(
  scratch: string,
  providers: Providers,
  rounds: number,
): Promise<string[]> {
  const [components, raw] = [join(scratch, "components"), join(scratch, "raw")];
  const system = pathToFileURL(join(root, "bench", "system.ts")).href;
  await writeProject(
    components,
    `import { declareServices } from "${system}";\ndeclareServices(${count});\n`,
  );
  await writeProject(raw, 'import { declareRaw } from "./raw.ts";\ndeclareRaw();\n');
  const rawModule = join(raw, "raw.ts");
  await writeRaw(rawModule);

  const { SLIPWAY_CLOUD_FOLDER: _, ...env } = await prepareSandbox(sandboxPaths(scratch), providers);
  await run(providers.engine.pulumi, ["stack", "init", benchStack, "--non-interactive"], {
    cwd: components,
    env,
  });
  const stackFile = `Pulumi.${benchStack}.yaml`;
  await copyFile(join(components, stackFile), join(raw, stackFile));
  const preview = previewer(providers, env);
  const samples = await interleaved([preview("components", components), preview("raw", raw)], rounds);

  const args = [
    "--expose-gc",
    "bench/in-process.ts",
    String(count),
    pathToFileURL(rawModule).href,
    String(roundsInProcess),
  ];
  const here = new Map(Object.entries(JSON.parse(await node(args)) as Record<string, number[]>));
  const report = (
    where: string,
    of: ReadonlyMap<string, readonly number[]>,
    unit: string,
    digits: number,
  ) => {
    const added = ratios(of, "components", "raw");
    return [
      `${where}: components ${spread(of.get("components") ?? [], digits)} ${unit}, raw ${spread(of.get("raw") ?? [], digits)} ${unit}`,
      line(`${where}: components take ${spread(added, 3)} × the raw resources`, {
        claim: `at most ${most} ×`,
        holds: median(added) <= most,
      }),
    ];
  };
  return [
    ...report("engine", samples, "s", 2),
    ...report(`in process, ${roundsInProcess} rounds`, here, "ms of the processor", 1),
  ];
}
