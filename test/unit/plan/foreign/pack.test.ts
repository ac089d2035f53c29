import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { withForeignPacks } from "../../../../automation/plan/foreign/pack.ts";
import { packs } from "../../../../policies/catalogue.ts";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { resource } from "../../policies/support.ts";
import { HOUSE, packIn } from "./support.ts";

// Each test starts a process that loads Pulumi's SDK, and TypeScript: seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const NAMES = { project: "shop", stack: "production" };
const bucket = (name: string, props: object = {}) => resource("gcp:storage/bucket:Bucket", name, props);

async function judged(
  folder: string,
  resources: readonly PolicyResource[],
  patience?: { start: number; call: number },
) {
  return await withForeignPacks(
    [folder],
    NAMES,
    packs,
    async ([pack]) => (pack === undefined ? undefined : await pack.judge(resources)),
    patience,
  );
}

test("what a pack of others finds comes out as what ours find, with its policies' facts", async () => {
  const resources = [
    bucket("named", { labels: { team: "shop" } }),
    bucket("bare", { location: "US" }),
    bucket("late", { labels: unknownValue }),
  ];
  const pack = await judged(packIn(HOUSE), resources);
  if (pack === undefined) throw new Error("there is no pack");
  expect(pack.name).toBe("house");
  expect(
    pack.policies.map(({ id, level, severity, title, fix }) => [id, level, severity, title, fix]),
  ).toEqual([
    ["says-whose", "mandatory", "low", "A resource must say whose it is.", "Set labels.team."],
    // One of ours has that name.
    ["house/pinned-image", "advisory", "medium", "It has the name of one of ours.", ""],
    ["few", "mandatory", "medium", "There must be few.", ""],
  ]);
  const results = evaluate([pack], resources).map(({ policy, urn, status, blocking, message }) =>
    [policy, urn.split("::").at(-1), status, blocking, message].join(" | "),
  );
  expect(results).toEqual([
    "says-whose | bare | violation | true | labels.team is not set",
    expect.stringMatching(/^says-whose \| late \| not evaluated \| false \| .*labels.*known/),
    "house/pinned-image | bare | violation | false | it is in the US",
    "few | bare | violation | true | there are 3",
  ]);
});

test("it may be exempted, or lowered, as ours may", async () => {
  const resources = [bucket("bare")];
  const pack = await judged(packIn(HOUSE), resources);
  if (pack === undefined) throw new Error("there is no pack");
  const settings = { enforcement: { house: "advisory" }, settings: new Map(), exemptions: [] } as const;
  expect(evaluate([pack], resources, { settings }).map(({ blocking }) => blocking)).toEqual([false]);
});

const named = (name: string) =>
  `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("house", { policies: [{ name: "one", description: "One.", enforcementLevel: "mandatory", validateResource: ${name} }] });`;

test.each([
  [
    "that does not start",
    () => packIn("throw new TypeError('no such thing');"),
    /ended with \d+ instead of listening[\s\S]*no such thing/,
  ],
  ["that listens to nobody", () => packIn("setInterval(() => {}, 1000);"), /did not start within 3 s/],
  [
    "whose policy throws",
    () => packIn(named("() => { throw new RangeError('too far'); }")),
    /failed on bare \(gcp:storage\/bucket:Bucket\): [\s\S]*policy 'one'[\s\S]*too far/,
  ],
  [
    "whose policy hangs",
    () => packIn(named("() => new Promise(() => {})")),
    /did not answer within 5 s on bare/,
  ],
  [
    "for another language",
    () => packIn(HOUSE, "runtime: python\n"),
    /written for "python"; without an engine only packs for "nodejs" run/,
  ],
  ["that is none", () => packIn(HOUSE, ""), /there is no PulumiPolicy\.yaml in it/],
  ["that can't be read", () => packIn(HOUSE, "runtime: [\n"), /PulumiPolicy\.yaml is not valid YAML/],
  ["that is not there", () => join(tmpdir(), "slipway-no-such-pack"), /there is no such folder/],
])("a pack %s is an error that says so", async (what, folder, message) => {
  // Those that never answer are not waited for; the others may be slow on a busy machine.
  const patience = {
    start: what === "that listens to nobody" ? 3_000 : 60_000,
    call: what === "whose policy hangs" ? 5_000 : 60_000,
  };
  await expect(judged(folder(), [bucket("bare")], patience)).rejects.toThrow(message);
});

test("a pack whose dependencies are missing says what to do", async () => {
  const { cpSync, rmSync } = await import("node:fs");
  const bare = mkdtempSync(join(tmpdir(), "slipway-bare-"));
  cpSync(packIn(HOUSE), bare, { recursive: true, filter: (file) => !file.endsWith("node_modules") });
  await expect(judged(bare, [])).rejects.toThrow(/has no @pulumi\/pulumi installed.*Run npm install there/);
  rmSync(bare, { recursive: true });
});
