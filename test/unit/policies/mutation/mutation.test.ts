import { beforeAll, describe, expect, test } from "vitest";
import { packs } from "../../../../policies/catalogue.ts";
import { ALSO } from "./also.ts";
import { foundInExample } from "./examples.ts";
import { type Fault, findings, Seeding, type System } from "./fault.ts";
import { cloudFaults } from "./faults-cloud.ts";
import { machineFaults } from "./faults-machines.ts";
import { objectFaults } from "./faults-objects.ts";
import { podFaults } from "./faults-pods.ts";
import { restFaults } from "./faults-rest.ts";
import { workloadFaults } from "./faults-workloads.ts";
import { goodSystems } from "./systems.ts";

/** Policies whose own tests alone prove them, since no single change of what is right is enough. */
const PROVEN_ALONE: Readonly<Record<string, readonly string[]>> = {
  "several resources have to disagree": [
    "account-duties-separated",
    "burn-alert-fast-and-slow",
    "callee-bears-callers",
    "capacity-survives-zone",
    "data-access-audited",
    "edge-is-probed-from-outside",
    "key-duties-separated",
    "logs-locked",
    "objective-has-dashboard",
    "objective-within-dependencies",
    "page-wakes-somebody",
    "project-logs-exported",
    "secret-versions-agree",
    "serving-pods-without-power",
    "volume-not-shared",
    "volumes-backed-up",
  ],
  "a stack's settings decide": [
    "allowed-registry",
    "autopilot-pairs",
    "edge-asks-who",
    "estimate-within-budget",
    "nodes-spot-outside-production",
    "service-promises",
  ],
  "it adds something up over the whole stack, or over time": [
    "budget-declared",
    "prices-recent",
    "prices-told",
    "release-asks-for-budget",
    "release-holds-long-enough",
    "release-no-data-is-not-good",
  ],
};

/** How many policies besides the one that is meant may find something in a fault, at most. */
const MOST_BESIDE = 6;

const faults: readonly Fault[] = [
  ...podFaults,
  ...workloadFaults,
  ...objectFaults,
  ...cloudFaults,
  ...machineFaults,
  ...restFaults,
];
const seeding = new Seeding(packs);
let systems: readonly System[];

beforeAll(async () => {
  systems = await goodSystems();
}, 120_000);

/** Advice that is right: nothing restores EthixAI's database to prove that it can be (EA-12). */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  production: [
    "restore-proven ethixai-database: tags.restore-test-days is not set: no restore test is declared, so nobody knows whether a backup can be restored",
  ],
};

test("good systems have no finding, but for the one that is known", () => {
  for (const system of systems) {
    const found = findings(packs, system).map(
      ({ policy, urn, message }) => `${policy} ${urn.split("::").at(-1)}: ${message}`,
    );
    expect(found, system.name).toEqual(KNOWN[system.name] ?? []);
  }
});

test("every fault has a name of its own, and is meant for a policy that there is", () => {
  const ids = packs.flatMap((pack) => pack.policies.map(({ id }) => id));
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  expect(faults.filter(({ expects }) => !ids.includes(expects))).toEqual([]);
  expect(Object.keys(ALSO).filter((name) => !faults.some((fault) => fault.name === name))).toEqual([]);
  expect(Object.values(ALSO).filter((also) => also.length > MOST_BESIDE)).toEqual([]);
});

let seeded = 0;

describe("a single fault in a good system is found by the policy that is meant to find it, and few others", () => {
  test.each(faults.map((fault) => [fault.name, fault] as const))("%s", (name, fault) => {
    const also = ALSO[name] ?? [];
    const places = systems.flatMap((system) => seeding.seed(fault, system));
    expect(places.length, "nothing has this fault").toBeGreaterThan(0);
    seeded += places.length;
    for (const { system, resource, found } of places) {
      const place = `${system}: ${resource.name}`;
      const meant = found.filter(({ policy }) => policy === fault.expects);
      const here = fault.elsewhere ? meant : meant.filter(({ urn }) => urn === resource.urn);
      expect(here, `${place}: ${fault.expects} finds nothing`).not.toEqual([]);
      const beside = found.filter(({ policy }) => policy !== fault.expects && !also.includes(policy));
      expect(
        beside.map(({ policy, message }) => `${policy}: ${message}`),
        place,
      ).toEqual([]);
      expect(
        found.filter(({ status }) => status === "error"),
        place,
      ).toEqual([]);
    }
  });
});

test("every policy finds a fault here, or in a single change of its own example, but for those whose reason is stated", () => {
  const meant = new Set(faults.map(({ expects }) => expects));
  const unproven = packs.flatMap((pack) =>
    pack.policies
      .filter((policy) => !meant.has(policy.id) && foundInExample(pack, policy, "2026-11-20").length === 0)
      .map(({ id }) => id),
  );
  expect(unproven.sort()).toEqual(Object.values(PROVEN_ALONE).flat().sort());
});

test("faults were seeded by the hundred, over all kinds of resources", () => {
  expect(faults.length).toBeGreaterThanOrEqual(150);
  expect(seeded).toBeGreaterThanOrEqual(1000);
});
