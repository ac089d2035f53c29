import { expect, test } from "vitest";
import { z } from "zod";
import { packs } from "../../../../policies/catalogue.ts";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import { violation } from "../../../../policies/core/finding.ts";
import type { Pack, Policy } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { BUCKET, changed, resource, SERVICE } from "../support.ts";
import { TestEngine } from "./client.ts";

const FACTS = {
  severity: "high",
  level: "mandatory",
  why: "Because.",
  fix: "Mend it.",
  types: ["a:b:C"],
} as const;

/** A figure that may not be above what the stack says, and that is mended to it. */
const small: Policy = {
  ...FACTS,
  id: "small",
  title: "A figure must be small.",
  frameworks: { owasp: ["A05"], "cis-gcp": ["4.9"] },
  requirements: ["AC-05"],
  settings: z.strictObject({ most: z.int().min(1).default(3).describe("The largest figure.") }),
  check: ({ props }, context) => {
    const { most } = context.settings(small.settings as never) as { most: number };
    const figure = props.at("figure");
    return (figure.number() ?? 0) <= most ? [] : [violation(figure, `is ${figure.text()}, above ${most}`)];
  },
  remediate: (props) =>
    typeof props.figure === "number" && props.figure > 3 ? { ...props, figure: 3 } : undefined,
};
const alone: Policy = {
  ...FACTS,
  id: "alone",
  title: "There must be one.",
  checkStack: ({ resources }) => resources.slice(1).map(({ urn }) => ({ urn, message: "is one too many" })),
};
const broken: Policy = {
  ...FACTS,
  id: "broken",
  title: "It must not fail.",
  types: ["a:b:Broken"],
  check: () => {
    throw new RangeError("hunter2");
  },
};
const pack: Pack = { name: "mine", description: "For a test.", policies: [small, alone, broken] };
const other: Pack = { name: "other", description: "Not served.", policies: [{ ...alone, id: "elsewhere" }] };

const figure = (value: unknown, name = "one") => resource("a:b:C", name, { figure: value });
const said = (value: object) => ({ "slipway:policies": JSON.stringify(value) });
const exempted = (until: string, more: object = {}) => ({
  exemptions: [{ policy: "small", resource: "one", owner: "shop", reason: "It is large.", until, ...more }],
});
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

const levels = (found: readonly { policy: string; level: string }[]) =>
  found.map(({ policy, level }) => `${policy} ${level}`);

test("the engine is told of each policy what it is, and what the stack has done with it", async () => {
  const engine = await TestEngine.connect([pack], [pack, other]);
  await engine.configureStack(said({ enforcement: { alone: "disabled" }, settings: { small: { most: 7 } } }));
  const { name, version, policies } = await engine.info();
  expect([name, version, policies.map(({ id, level }) => `${id} ${level}`)]).toEqual([
    "tested",
    "1.2.3",
    ["small mandatory", "alone disabled", "broken mandatory", "exemption-in-force mandatory"],
  ]);
  expect(policies[0]).toMatchObject({
    severity: "high",
    title: "A figure must be small.",
    why: "Because.",
    fix: "Mend it.",
    tags: ["mine", "AC-05", "owasp:A05", "cis-gcp:4.9"],
    framework: { name: "OWASP Top 10", version: "2021", specification: "A05" },
    schema: { most: { type: "integer", minimum: 1, default: 7, description: "The largest figure." } },
  });
});

test("a violation, an unknown, a failure and what is not looked at", async () => {
  const engine = await TestEngine.connect([pack]);
  expect(await engine.analyze(figure(4))).toEqual([
    {
      policy: "small",
      urn: figure(4).urn,
      level: "mandatory",
      severity: "high",
      message: "A figure must be small.\nfigure is 4, above 3\nTo mend it: Mend it.",
    },
  ]);
  expect(await engine.analyze(figure(unknownValue))).toMatchObject([
    {
      level: "advisory",
      message: "A figure must be small.\nnot evaluated: figure is not known before deployment",
    },
  ]);
  const [failure] = await engine.analyze(resource("a:b:Broken", "b", {}));
  expect(failure).toMatchObject({ policy: "broken", level: "mandatory" });
  expect(failure?.message).toContain("the policy broken itself failed with RangeError");
  expect(failure?.message).not.toContain("hunter2");
  expect(await engine.notApplicable(figure(1))).toEqual(["broken"]);
  expect(await engine.analyzeStack([figure(1), figure(2, "two")])).toMatchObject([
    {
      policy: "alone",
      urn: figure(2, "two").urn,
      message: "There must be one.\nis one too many\nTo mend it: Mend it.",
    },
  ]);
});

test("a stack policy sees what a component was given, and what came out over it", async () => {
  const sum: Policy = {
    ...FACTS,
    id: "sum",
    title: "What is given and what comes out must be there.",
    checkStack: ({ resources }) =>
      resources.map(({ props }) => ({
        message: `${props.at("given").text()} and ${props.at("made").text()}`,
      })),
  };
  const engine = await TestEngine.connect([{ ...pack, policies: [sum] }]);
  await engine.analyze(resource("a:b:C", "one", { given: "in", made: "not yet" }));
  const [found] = await engine.analyzeStack([resource("a:b:C", "one", { made: "out" })]);
  expect(found?.message).toContain("in and out");
});

test("what the stack says holds, and --policy-pack-config comes over it", async () => {
  const engine = await TestEngine.connect([pack]);
  await engine.configureStack(
    said({
      enforcement: { small: "advisory", alone: "disabled" },
      settings: { small: { most: 5 } },
      unknown: "block",
    }),
  );
  expect(await engine.analyze(figure(5))).toEqual([]);
  expect(levels(await engine.analyze(figure(6)))).toEqual(["small advisory"]);
  expect(await engine.analyzeStack([figure(1), figure(2, "two")])).toEqual([]);
  await engine.configure({
    small: { level: "mandatory", properties: { most: 1 } },
    alone: { level: "disabled" },
  });
  expect(levels(await engine.analyze(figure(2)))).toEqual(["small mandatory"]);
  // What it does not speak of stays.
  expect(levels(await engine.analyze(figure(unknownValue)))).toEqual(["small mandatory"]);
});

test.each([
  ["what no schema takes", said({ settings: { small: { most: 0 } } }), /settings\.small\.most: /],
  [
    "a policy that is not there",
    said({ enforcement: { smal: "advisory" } }),
    /there is no policy or pack "smal"/,
  ],
  [
    "no object",
    { "slipway:policies": "advisory" },
    /^Pulumi\.production\.yaml: slipway:policies: must be: object$/,
  ],
])("settings are refused before anything is judged: %s", async (_, config, message) => {
  const engine = await TestEngine.connect([pack]);
  await expect(engine.configureStack(config)).rejects.toThrow(message);
});

test("a policy pack's configuration is refused where no policy takes it", async () => {
  const engine = await TestEngine.connect([pack]);
  const config = {
    small: { level: "mandatory", properties: { most: "many", least: 1 } },
    alone: { level: "mandatory", properties: { most: 1 } },
  } as const;
  await expect(engine.configure(config)).rejects.toThrow(
    /^small\.most: .*; small: .*"least".*; alone has no setting "most"$/,
  );
});

test("an exemption in force lets a finding through, and says who answers for it", async () => {
  const engine = await TestEngine.connect([pack]);
  await engine.configureStack(said(exempted(tomorrow)));
  expect(await engine.analyze(figure(4))).toMatchObject([
    {
      policy: "small",
      level: "advisory",
      message: `A figure must be small.\nexempted: figure is 4, above 3\nshop answers for it until ${tomorrow}: It is large.`,
    },
  ]);
  expect(levels(await engine.analyze(figure(4, "two")))).toEqual(["small mandatory"]);
  expect(levels(await engine.analyze(figure(unknownValue)))).toEqual(["small advisory"]);
  expect(levels(await engine.analyzeStack([figure(4)]))).toEqual([]);
});

test.each(["T00:00:00Z", " 00:00:00 +0000 UTC"])(
  "a day without quotes is a day, with the engine's %s",
  async (time) => {
    const engine = await TestEngine.connect([pack]);
    await engine.configureStack(said(exempted(`${tomorrow}${time}`)));
    expect(levels(await engine.analyze(figure(4)))).toEqual(["small advisory"]);
  },
);

test("an exemption that ended stops, one that matches nothing is advice, and neither is said too early", async () => {
  const engine = await TestEngine.connect([pack]);
  await engine.configureStack(said(exempted("2026-01-01")));
  expect(levels(await engine.analyze(figure(4)))).toEqual(["small mandatory"]);
  expect(levels(await engine.analyzeStack([figure(4)]))).toEqual(["exemption-in-force mandatory"]);

  const idle = await TestEngine.connect([pack]);
  await idle.configureStack(said(exempted(tomorrow, { resource: "nobody" })));
  await idle.analyze(figure(1));
  // The run had targets: not everything was judged.
  expect(await idle.analyzeStack([figure(1), resource("a:b:Other", "left out", {})])).toEqual([]);
  expect(await idle.analyzeStack([figure(1)])).toMatchObject([
    {
      policy: "exemption-in-force",
      level: "advisory",
      message: expect.stringContaining("matches nothing: take it out"),
    },
  ]);
});

test("exemptions of packs that are served elsewhere are none of this process's", async () => {
  const engine = await TestEngine.connect([pack], [pack, other]);
  await engine.configureStack(said(exempted("2026-01-01", { policy: "elsewhere" })));
  expect(await engine.analyzeStack([figure(1)])).toEqual([]);
});

test("a policy mends only where the stack has it do so, and touches no secret and no unknown", async () => {
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hunter2" };
  const props = { figure: 9, url: unknownValue, token: secret, __defaults: [], nested: { none: null } };
  const given = resource("a:b:C", "one", props);
  const engine = await TestEngine.connect([pack]);
  expect(await engine.remediate(given)).toEqual([]);
  await engine.configureStack(said({ enforcement: { small: "remediate" } }));
  expect(await engine.remediate(given)).toEqual([{ policy: "small", props: { ...props, figure: 3 } }]);
  // What was not mended is a violation.
  expect(levels(await engine.analyze(given))).toEqual(["small mandatory"]);
  expect(await engine.remediate(figure(1))).toEqual([]);
});

test("the engine hears what a plan says, of the same resources", async () => {
  const resources = [
    resource("gcp:cloudrunv2/service:Service", "backend", changed(SERVICE, "ingress", "INGRESS_TRAFFIC_ALL")),
    resource("gcp:cloudrunv2/service:Service", "second", SERVICE),
    resource("gcp:storage/bucket:Bucket", "bucket", changed(BUCKET, "publicAccessPrevention", unknownValue)),
  ];
  const engine = await TestEngine.connect(packs);
  const heard = [];
  for (const one of resources) heard.push(...(await engine.analyze(one)));
  heard.push(...(await engine.analyzeStack(resources)));
  const short = ({ policy, urn, blocking }: { policy: string; urn: string; blocking: boolean }) =>
    `${policy} ${urn} ${blocking}`;
  const planned = evaluate(packs, resources).map(short).sort();
  expect(planned.length).toBeGreaterThan(3);
  expect(heard.map((one) => short({ ...one, blocking: one.level === "mandatory" })).sort()).toEqual(planned);
});
