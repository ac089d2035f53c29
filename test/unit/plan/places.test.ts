import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { repositoryOf, resourcePlaces } from "../../../automation/plan/places.ts";
import type { PlanResult } from "../../../automation/plan/result.ts";

const checkout = fileURLToPath(new URL("../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "slipway-places-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Plans in a process of its own: what a test runner makes of a program has other lines. */
function planned(command: readonly string[], stack: string): PlanResult {
  const args = [...command, "plan", "--stack", stack, "--format", "json"];
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 2 ** 26 }),
  );
}

/** Places by the resource's name. */
function byName({ resources, places }: PlanResult) {
  return Object.fromEntries(resources.map(({ urn, name }) => [name, places[urn]]));
}

describe("a resource stands at", () => {
  test("the line of the program that declares it, relative to the repository", () => {
    const project = join(folder, "deploy", "shop");
    mkdirSync(join(folder, ".git"));
    mkdirSync(project, { recursive: true });
    const sdk = pathToFileURL(createRequire(import.meta.url).resolve("@pulumi/pulumi")).href;
    const main = new URL("../../../automation/main.ts", import.meta.url).href;
    const files = {
      "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: index.ts\n",
      "Pulumi.dev.yaml": "config: {}\n",
      "slipway.mjs": `const { main } = await import("${main}");\nawait main(${JSON.stringify(project)}, process.argv);\n`,
      "sdks/other/thing.ts": `import * as pulumi from "${sdk}";
export class Thing extends pulumi.CustomResource {
  constructor(name: string, opts?: pulumi.CustomResourceOptions) {
    super("other:index:Thing", name, {}, opts);
  }
}
`,
      "index.ts": `import * as pulumi from "${sdk}";
import { Thing } from "./sdks/other/thing.ts";
export default async () => {
  const first = new pulumi.CustomResource("other:index:Thing", "first", { name: undefined });
  await new Promise((resolve) => setTimeout(resolve, 5));
  new pulumi.CustomResource("other:index:Thing", "awaited", {});
  const box = new pulumi.ComponentResource("other:index:Box", "box");
  first.urn.apply(() => {
    new pulumi.CustomResource("other:index:Thing", "applied", {}, { parent: box });
  });
  new Thing("wrapped");
};
`,
    };
    mkdirSync(join(project, "sdks", "other"), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text);
    expect(byName(planned([join(project, "slipway.mjs")], "dev"))).toEqual({
      "shop-dev": { file: "deploy/shop/Pulumi.dev.yaml", line: 1 },
      first: { file: "deploy/shop/index.ts", line: 4, column: 17 },
      awaited: { file: "deploy/shop/index.ts", line: 6, column: 3 },
      box: { file: "deploy/shop/index.ts", line: 7, column: 15 },
      applied: { file: "deploy/shop/index.ts", line: 9, column: 5 },
      wrapped: { file: "deploy/shop/index.ts", line: 11, column: 3 },
    });
  });

  test("the system's line where a component of the library makes it, with the component's beside it", () => {
    const plan = planned([join(checkout, "automation", "cli.ts")], "sandbox");
    const made = plan.resources.filter(({ type }) => type === "gcp:cloudrunv2/service:Service");
    expect(made.length).toBeGreaterThan(0);
    for (const { urn } of made) {
      expect(plan.places[urn]).toEqual({
        file: expect.stringMatching(/^systems\/.*\.ts$/),
        line: expect.any(Number),
        column: expect.any(Number),
        component: {
          file: expect.stringMatching(/^components\/.*\.ts$/),
          line: expect.any(Number),
          column: expect.any(Number),
        },
      });
    }
    for (const { urn } of plan.resources) expect(plan.places[urn]?.file).toMatch(/^(systems|Pulumi|index)/);
    for (const { urn, file, line } of plan.policy.results) {
      if (urn !== "") expect({ file, line }).toMatchObject({ line: plan.places[urn]?.line });
    }
  });
});

test("what has no line of its own stands where its parent does, and that without one at the stack's file", () => {
  const at = (file: string, line: number) => ({ file: join(folder, file), line });
  const nowhere = { program: undefined, library: undefined };
  const places = resourcePlaces(
    [
      { urn: "stack", parent: undefined, construction: nowhere },
      { urn: "box", parent: "stack", construction: { program: at("a.ts", 3), library: undefined } },
      {
        urn: "child",
        parent: "box",
        construction: { program: undefined, library: at("components/b.ts", 9) },
      },
      { urn: "other", parent: "stack", construction: nowhere },
      {
        urn: "elsewhere",
        parent: "box",
        construction: {
          program: { file: "/other/x.ts", line: 1 },
          library: { file: "/other/y.ts", line: 1 },
        },
      },
    ],
    folder,
    join(folder, "Pulumi.dev.yaml"),
  );
  expect(places).toEqual({
    stack: { file: "Pulumi.dev.yaml", line: 1 },
    box: { file: "a.ts", line: 3 },
    child: { file: "a.ts", line: 3, component: { file: "components/b.ts", line: 9 } },
    other: { file: "Pulumi.dev.yaml", line: 1 },
    elsewhere: { file: "a.ts", line: 3 },
  });
});

test("a folder outside any repository is its own", () => {
  const alone = mkdtempSync(join(tmpdir(), "slipway-alone-"));
  expect(repositoryOf(join(folder, "deploy", "shop"))).toBe(folder);
  expect(repositoryOf(alone)).toBe(alone);
  rmSync(alone, { recursive: true });
});
