import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { expect, test, vi } from "vitest";
import { MONITORING } from "../../../components/alerting/facts.ts";
import { run } from "../../../sandbox/engine/run.ts";
import { serveInTest } from "../../support/http.ts";
import { temporaryFolder } from "../engine/support.ts";
import { PAGE, shopFacts } from "./support.ts";

vi.setConfig({ testTimeout: 60_000 });

const repository = new URL("../../../", import.meta.url);
const sdk = pathToFileURL(createRequire(import.meta.url).resolve("@pulumi/pulumi")).href;

/** A project whose program watches the shop, and the command for it. */
async function project() {
  const root = await temporaryFolder();
  const program = `import * as pulumi from "${sdk}";
new pulumi.ComponentResource("${MONITORING}", "shop", ${JSON.stringify(shopFacts())});\n`;
  const start = `const { main } = await import("${new URL("automation/main.ts", repository).href}");
await main(${JSON.stringify(root)}, process.argv);\n`;
  await writeFile(join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nmain: index.mjs\n");
  await writeFile(join(root, "Pulumi.dev.yaml"), "config: {}\n");
  await writeFile(join(root, "index.mjs"), program);
  await writeFile(join(root, "slipway.mjs"), start);
  const slipway = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const { code, stdout, stderr } = await run(
      process.execPath,
      [join(root, "slipway.mjs"), "status", "--stack", "dev", ...args],
      { cwd: root, env: { ...process.env, SLIPWAY_PROMETHEUS: "", SLIPWAY_PROMETHEUS_TOKEN: "", ...env } },
    );
    return { code, stdout, stderr };
  };
  return { root, slipway };
}

/** A Prometheus in which every objective has as much of its budget left; it wants the token \`tell-nobody\`. */
async function prometheus(left: number, alerts: readonly object[] = []) {
  const names = [
    ["api", "availability"],
    ["api", "latency"],
    ["api", "routes"],
    ["worker", "orders"],
  ];
  const result = names.map(([service, objective]) => ({
    metric: { environment: "production", system: "shop", service, objective },
    value: [0, String(left)],
  }));
  const { url } = await serveInTest(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    const allowed = request.headers.authorization === "Bearer tell-nobody";
    const data = request.url?.endsWith("/alerts")
      ? { alerts }
      : request.url?.endsWith("/query_range")
        ? { resultType: "matrix", result: [] }
        : {
            resultType: "vector",
            result: form.get("query")?.startsWith("objective:error_budget:remaining") ? result : [],
          };
    response.writeHead(allowed ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify({ status: "success", data }));
  });
  return url;
}

test("EA-16 0 where every objective is kept: as JSON, and as a page that is written whole", async () => {
  const [{ root, slipway }, url] = [await project(), await prometheus(0.5)];
  const env = { SLIPWAY_PROMETHEUS: url, SLIPWAY_PROMETHEUS_TOKEN: "tell-nobody" };
  const { code, stdout, stderr } = await slipway(
    ["--json", "--html", "out/status.html", "--range", "24 h"],
    env,
  );
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    stack: "dev",
    source: { kind: "prometheus", address: url },
    totals: { objectives: 4, kept: 4, missed: 0, noData: 0, firing: 0, pages: 0, pending: 0 },
  });
  const page = await readFile(join(root, "out/status.html"), "utf8");
  expect(page).toContain("no alert fires; 4 of 4 objectives kept");
  expect(page.endsWith("</html>\n")).toBe(true);
  expect(`${stdout}${stderr}${page}`).not.toContain("tell-nobody");
  expect(code).toBe(0);
});

test("EA-16 5 where a page fires, or an objective is missed; the token comes from a file", async () => {
  const { root, slipway } = await project();
  await writeFile(join(root, "token.txt"), "tell-nobody\n");
  const token = ["--prometheus-token-file", "token.txt"];
  const paged = await slipway(["--prometheus", await prometheus(1, [PAGE]), ...token]);
  expect(paged.stdout).toContain(
    "1 page fires; 4 of 4 objectives kept\n\n  PAGE ApiAvailabilityBurn shop/api for ",
  );
  expect(paged.stdout).not.toContain("\u001b");
  expect(paged.code).toBe(5);
  const missed = await slipway(["--prometheus", await prometheus(-0.1), ...token]);
  expect(missed.stdout).toContain("no alert fires; 0 of 4 objectives kept; 4 missed\n");
  expect(missed.code).toBe(5);
});

test("1 where nobody can be asked, or lets nobody in: nothing is written", async () => {
  const [{ root, slipway }, url] = [await project(), await prometheus(1)];
  const refused = await slipway(["--prometheus", url, "--html", "status.html"]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain(`${url} lets nobody in without a token (401)`);
  expect(existsSync(join(root, "status.html"))).toBe(false);
  const alone = await slipway([]);
  expect(alone).toMatchObject({ code: 1, stdout: "" });
  expect(alone.stderr).toContain("there is nobody to ask: no Prometheus is named");
});

test.each([
  [["--prometheus", "prometheus"], '"prometheus" is no address of a Prometheus'],
  [
    ["--prometheus", "http://127.0.0.1:9", "--prometheus-token-file", "none.txt"],
    "none.txt can't be read: ENOENT",
  ],
  [["--prometheus-token-file", "none.txt"], "add --prometheus URL, or set SLIPWAY_PROMETHEUS"],
  [["--range", "6h"], 'Use a number, one blank and a unit: "30 min", "6 h", "7 days".'],
  [["--watch", "--json"], "--watch is for a terminal: leave out --json and --html, or --watch"],
  [["--watch"], "--watch needs a terminal, and there is none"],
])("2 where it is called wrongly: %s", async (args, message) => {
  const { slipway } = await project();
  const { code, stderr } = await slipway(args);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
