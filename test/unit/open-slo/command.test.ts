import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createColors } from "picocolors";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { main } from "../../../automation/main.ts";
import { listedObjectives, renderObjectives } from "../../../automation/objectives/list.ts";
import { importFile } from "../../../automation/objectives/run.ts";
import { importObjectives } from "../../../components/objectives/open-slo/import.ts";
import { captureOutput, type Output } from "../../support/output.ts";
import { ratio, SLOTH, slo } from "./samples.ts";
import { shop } from "./support.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

let folder: string;
let output: Output;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-objectives-"));
  output = captureOutput();
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

/** Runs `slipway objectives …`; gives its exit code. */
async function objectives(...argv: string[]): Promise<number> {
  output.out = "";
  output.said = "";
  process.exitCode = undefined;
  await main(root, ["node", "slipway", "objectives", ...argv]);
  return Number(process.exitCode ?? 0);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("import", () => {
  test("prints TypeScript, and tells what was left out", async () => {
    const text = slo(ratio("sum(rate(bad[5m]))", "sum(rate(all[$__range]))"));
    expect(await objectives("import", file("slo.yaml", text))).toBe(0);
    expect(output.out).toBe(`import type { Objective } from "../../components/objectives/objective.ts";

/** What api promises. */
export const API_OBJECTIVES: readonly Objective[] = [
  {
    name: "it",
    indicator: { kind: "queries", bad: "sum(rate(bad[$window]))", total: "sum(rate(all[$window]))" },
    target: 99,
    owner: "me",
  },
];
`);
    expect(output.said).toBe(
      "note: spec.indicator.spec.ratioMetric.bad.metricSource.spec.query: its fixed range of 5m became $window\n",
    );
  });

  test("prints JSON with its notes", async () => {
    expect(await objectives("import", file("sloth.yaml", SLOTH), "--format", "json")).toBe(0);
    expect(JSON.parse(output.out)).toEqual(importObjectives(SLOTH, "sloth.yaml"));
    expect(output.said).toBe("");
  });

  test("reads standard input, and gives those an owner that have none", async () => {
    const text = slo(ratio("sum(rate(bad[5m]))", "sum(rate(all[5m]))"), { labels: {} });
    await importFile("-", { format: "json", owner: "shop" }, Readable.from([Buffer.from(text)]));
    expect(JSON.parse(output.out).services[0].objectives[0].owner).toBe("shop");
    await expect(
      importFile("-", { format: "json" }, Object.assign(Readable.from([]), { isTTY: true })),
    ).rejects.toThrow('"-" reads standard input, and nothing is piped there');
  });

  test("refuses objectives that could not be declared, all problems at once", async () => {
    const sloth = SLOTH.replace("objective: 99.9", "objective: 100").replace(
      "objective: 95",
      "objective: 50",
    );
    const path = file("sloth.yaml", sloth);
    expect(await objectives("import", path)).toBe(1);
    expect(output.out).toBe("");
    expect(output.said.split("\n")[0]).toBe(`${path}: 3 problems`);
    expect(output.said).toContain(
      'checkout: objectives["requests-availability"].target: 100 must lie above 0 and below 100 (percent of good events)',
    );
    expect(output.said).toContain(
      'checkout: objectives["satisfied-clients"]: its page at a burn rate of 14.4 (2 % of the budget in 1h) needs 720 % bad events, which can\'t be',
    );
  });

  test("refuses what is no such file, and what is no text", async () => {
    expect(await objectives("import", join(folder, "gone.yaml"))).toBe(2);
    expect(output.said).toBe(`there is no file "${join(folder, "gone.yaml")}"; "-" reads standard input\n`);
    writeFileSync(join(folder, "bytes"), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await objectives("import", join(folder, "bytes"))).toBe(1);
    expect(output.said).toBe(`${join(folder, "bytes")} is no text in UTF-8.\n`);
    expect(await objectives("import", file("pod.yaml", "apiVersion: v1\nkind: Pod"))).toBe(1);
    expect(await objectives("import", "slo.yaml", "--format", "xml")).toBe(2);
  });
});

describe("list", () => {
  const facts = shop({
    api: [
      { name: "availability", indicator: { kind: "availability" }, target: 99.9, owner: "shop" },
      {
        name: "backups",
        indicator: { kind: "freshness", lastSuccess: "backup_time", maxAge: "26 h" },
        target: 99,
        window: "calendar month",
        owner: "data",
        alerting: { off: "an alert says it sooner" },
      },
    ],
  });

  test("says every promise in words, and who is told when", () => {
    expect(renderObjectives(listedObjectives([facts]), createColors(false)).split("\n")).toEqual([
      "SERVICE   OBJECTIVE     PROMISE                                                                         TOLD WHEN THIS MUCH OF THE BUDGET GOES        OWNER",
      "shop/api  availability  99.9 % of requests answered without a server error, over 30 days                page 2 % in 1h, 5 % in 6h; ticket 10 % in 3d  shop",
      "shop/api  backups       99 % of the time with backup_time no older than 26 h, over each calendar month  off: an alert says it sooner                  data",
    ]);
  });
});
