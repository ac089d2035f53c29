import { describe, expect, test } from "vitest";
import { planDelta } from "../../../../automation/plan/delta/delta.ts";
import type { PlacedFinding, PlanResult, PolicyFacts } from "../../../../automation/plan/result.ts";
import type { Exemption } from "../../../../policies/core/exemptions.ts";
import { BUCKET, made, planOf } from "./support.ts";

const TODAY = "2027-01-01";
const photos = made(BUCKET, "photos", { location: "US", name: "shop-photos" });

function finding(more: Partial<PlacedFinding> = {}): PlacedFinding {
  return {
    policy: "small-things",
    pack: "security",
    urn: photos.urn,
    status: "violation",
    level: "mandatory",
    severity: "high",
    blocking: true,
    message: "size is 7",
    path: "size",
    file: "index.ts",
    line: 1,
    ...more,
  };
}

function plan(results: readonly PlacedFinding[], more: Partial<PlanResult["policy"]> = {}): PlanResult {
  const policy = { policies: [], results, exemptions: [], remediated: [], scores: [], ...more };
  return planOf([photos], { policy });
}

function delta(before: PlanResult, after: PlanResult) {
  return planDelta(before, after, TODAY).policy;
}

const nothing = { added: [], mended: [], exempted: [], ending: [], enforcement: [] };
const exempted = finding({
  blocking: false,
  exemption: { owner: "shop", reason: "It is on its way.", until: "2027-01-31" },
});

describe("of what policies find", () => {
  test("what is new and what is mended is told, whatever line it stands at and however it is put", () => {
    const moved = finding({ line: 40, message: "size is 8" });
    expect(delta(plan([finding()]), plan([moved]))).toEqual(nothing);
    expect(delta(plan([]), plan([moved]))).toEqual({ ...nothing, added: [moved] });
    expect(delta(plan([moved]), plan([]))).toEqual({ ...nothing, mended: [moved] });
    const other = finding({ path: "color" });
    expect(delta(plan([finding()]), plan([finding(), other]))).toEqual({ ...nothing, added: [other] });
    // Of two alike one may go.
    expect(delta(plan([finding(), moved]), plan([finding()])).mended).toEqual([moved]);
  });

  test("what can't be judged yet is neither; what then turns out to be wrong is new", () => {
    const unknown = finding({ status: "not evaluated", blocking: false });
    expect(delta(plan([]), plan([unknown]))).toEqual(nothing);
    expect(delta(plan([unknown]), plan([]))).toEqual(nothing);
    expect(delta(plan([unknown]), plan([finding()])).added).toEqual([finding()]);
    expect(delta(plan([finding()]), plan([unknown])).mended).toEqual([]);
  });

  test("what somebody answers for now is no mended one; and it is new again once nobody does", () => {
    expect(delta(plan([finding()]), plan([exempted]))).toEqual({ ...nothing, exempted: [exempted] });
    expect(delta(plan([exempted]), plan([exempted]))).toEqual(nothing);
    expect(delta(plan([exempted]), plan([finding()]))).toEqual({ ...nothing, added: [finding()] });
  });

  test("a renamed resource keeps its findings", () => {
    const renamed = { ...made(BUCKET, "pictures", photos.inputs), options: { aliases: [photos.urn] } };
    const before = plan([finding()]);
    const after = planOf([renamed], {
      policy: { ...before.policy, results: [finding({ urn: renamed.urn })] },
    });
    expect(delta(before, after)).toEqual(nothing);
  });
});

test("exemptions that end within two weeks are told, those that have ended are a policy's business", () => {
  const until = (day: string): Exemption => ({
    policy: "small-things",
    resource: "photos",
    owner: "shop",
    reason: "It is on its way.",
    until: day,
  });
  const exemptions = ["2026-12-31", "2027-01-01", "2027-01-15", "2027-01-16"].map(until);
  expect(delta(plan([]), plan([], { exemptions })).ending.map((one) => one.until)).toEqual([
    "2027-01-01",
    "2027-01-15",
  ]);
});

test("policies that are turned off, or only warn now, are told", () => {
  const facts = (enforcement: PolicyFacts["enforcement"]): PolicyFacts => ({
    pack: "security",
    id: "small-things",
    title: "Things must be small.",
    severity: "high",
    level: "mandatory",
    enforcement,
    why: "Large things fall.",
    fix: "Set size.",
    frameworks: {},
    requirements: [],
  });
  const of = (enforcement: PolicyFacts["enforcement"]) => plan([], { policies: [facts(enforcement)] });
  expect(delta(of("mandatory"), of("disabled")).enforcement).toEqual([
    { policy: "small-things", before: "mandatory", after: "disabled" },
  ]);
  expect(delta(of("mandatory"), of("mandatory")).enforcement).toEqual([]);
  expect(delta(plan([]), of("disabled")).enforcement).toEqual([]);
});
