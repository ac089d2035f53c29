import type { createColors } from "picocolors";
import { showBytes } from "../../sandbox/engine/index.ts";
import { type Facts, tools } from "./facts.ts";
import type { Verdict } from "./verdicts.ts";

type Colors = Pick<ReturnType<typeof createColors>, "bold" | "dim" | "green" | "red">;

/** The report for people: what is there, then what works and what brings the rest. `home` is shown as `~`. */
export function renderDoctor(
  facts: Facts,
  verdicts: readonly Verdict[],
  home: string,
  paint: Colors,
): string {
  const rows = factRows(facts, (path) => relativeToHome(path, home));
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    paint.bold("This machine"),
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value ?? paint.dim("not found")}`),
    "",
    paint.bold("What works now"),
    ...verdicts.flatMap((each) => verdictLines(each, paint)),
  ].join("\n");
}

/** A path under the home folder, written with `~`; others as they are. */
function relativeToHome(path: string, home: string): string {
  if (path === home) return "~";
  return home !== "" && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

function factRows(
  facts: Facts,
  short: (path: string) => string,
): [name: string, value: string | undefined][] {
  const { engine, cache, go } = facts.engine;
  const how = { path: "from PATH", download: "official download", built: "built from source" };
  const { binary, cluster } = facts.kubernetes;
  const origins = { own: "the sandbox's own", kind: "made by kind", given: "one that you named" };
  const levels = { api: "a real control plane, pods only seem to run", real: "pods run" };
  const host = engine?.languageHost === "slipway" ? ", with Slipway's Node host" : "";
  return [
    ["Node", facts.node],
    ...tools.map((tool): [string, string | undefined] => [tool, facts.tools[tool]]),
    ["Go", go],
    ["engine", engine && `Pulumi ${engine.version}, ${how[engine.origin]}${host}: ${short(engine.pulumi)}`],
    [
      "cache",
      `${short(cache.folder)}, ${showBytes(cache.used)} used, ${showBytes(cache.free)} free on its disk`,
    ],
    [
      "sandbox",
      `${short(facts.sandbox.folder)}, ${facts.sandbox.hasState ? "has stacks" : "nothing deployed yet"}`,
    ],
    ["local cloud", facts.sandbox.cloud],
    ["Kubernetes", binary === undefined ? undefined : `built from source: ${short(binary)}`],
    ["cluster", cluster === undefined ? "none" : `${origins[cluster.origin]}; ${levels[cluster.level]}`],
    ["Prometheus", facts.prometheus === undefined ? undefined : short(facts.prometheus)],
    ["Pulumi login", facts.login],
    ["Google credentials", facts.googleCredentials],
  ];
}

function verdictLines({ command, works, missing, note }: Verdict, paint: Colors): string[] {
  const mark = works ? paint.green("yes") : paint.red("no ");
  return [
    `  ${mark}  ${command}`,
    ...(note ? [`         ${note}`] : []),
    ...missing.map(({ what, remedy }) => `         needs ${what}: ${paint.bold(remedy)}`),
  ];
}
