import { describe, expect, test } from "vitest";
import { engineNotes } from "../../../components/release/engines/notes.ts";
import { engineProblems } from "../../../components/release/engines/problems.ts";
import type { ReleaseEngine, ReleasePlan } from "../../../components/release/plan.ts";
import { releaseProblems } from "../../../components/release/problems.ts";
import { BACKEND_RELEASE } from "../../../systems/onesource/release.ts";
import { AT, carriedOut, declareReleased } from "./engines-support.ts";

const ENGINES = ["argo-rollouts", "flagger", "google-cloud-deploy"] as const;

/** What is left of a problem once the engine's name is off. */
function lacks(engine: ReleaseEngine, change: Partial<ReleasePlan>): string[] {
  const beginning = `release.engine: "${engine}" can't carry out release.`;
  return engineProblems(carriedOut(engine, change)).map((problem) => {
    expect(problem.startsWith(beginning)).toBe(true);
    return problem.slice(beginning.length);
  });
}

describe("what an engine can't do of a plan", () => {
  test("EA-09 is nothing where the plan asks for what it can", () => {
    for (const engine of ["slipway", ...ENGINES] as const) {
      expect(releaseProblems(carriedOut(engine), ["availability"])).toEqual([]);
    }
    expect(engineProblems({ ...BACKEND_RELEASE, engine: "slipway" })).toEqual([]);
  });

  test("OS-07 of ONESource's plan it is named field by field, and nothing is dropped in silence", () => {
    const named = (engine: ReleaseEngine) =>
      engineProblems({ ...BACKEND_RELEASE, engine }).map(
        (problem) => /release\.(\w+(?:\["[^"]+"\])?)/.exec(problem.replace(/^release\.engine/, ""))?.[1],
      );
    const everywhere = [
      "judging",
      'comparisons["session-completion"]',
      'comparisons["time-to-first-token"]',
      "soak",
      "emergency",
    ];
    expect(named("argo-rollouts")).toEqual(everywhere);
    expect(named("flagger")).toEqual([...everywhere, "steps", "header"]);
    expect(named("google-cloud-deploy")).toEqual([...everywhere, "steps", "header"]);
  });

  test.each(ENGINES)(
    "%s weighs no evidence over several looks, and says so of the default, too",
    (engine) => {
      const { judging: _, ...plan } = carriedOut(engine);
      expect(engineProblems(plan)).toEqual([
        `release.engine: "${engine}" can't carry out release.judging: the default, "sequential", weighs the evidence over all looks, and it judges each by itself; say judging: "fixed-window"`,
      ]);
      expect(lacks(engine, { judging: "sequential" })).toHaveLength(1);
    },
  );

  test.each(ENGINES)("%s shares out no users, keeps no budget and pauses in its own way", (engine) => {
    const change: Partial<ReleasePlan> = {
      strategy: "cohort",
      budget: 10,
      undecided: { after: "1 h", do: "pause" },
    };
    expect(lacks(engine, change)).toEqual([
      'strategy: "cohort": it shares out requests, not users; use strategy: "canary"',
      "budget: 10: it knows no error budget; leave it out, and look at `slipway status` before",
      "undecided: it has a way of its own where evidence is missing; leave it out (docs/engines.md)",
    ]);
  });

  test("Flagger and Google Cloud Deploy pass or fail a limit, and take no evidence for failure", () => {
    const thresholds: ReleasePlan["thresholds"] = [
      { name: "errors", limit: { kind: "errors", atMost: 0.5 }, settled: 0.1 },
      { name: "cpu", limit: { kind: "cpu", under: 80 }, noData: "fail" },
    ];
    for (const engine of ["flagger", "google-cloud-deploy"] as const) {
      expect(lacks(engine, { thresholds })).toEqual([
        'thresholds["errors"].settled: 0.1: it passes a limit or not; leave it out',
        'thresholds["errors"].noData: no evidence is a failed look to it; say noData: "fail"',
        'thresholds["cpu"].limit: "cpu" of one revision is in no series that it could read; write the figure\'s PromQL: { kind: "query", … }',
      ]);
    }
    expect(lacks("argo-rollouts", { thresholds })).toHaveLength(1);
  });

  test("Argo Rollouts would pass a version without any request where every gate may be skipped", () => {
    const skipped = { name: "errors", limit: { kind: "errors", atMost: 1 }, noData: "skip" } as const;
    expect(lacks("argo-rollouts", { gates: [], thresholds: [skipped] })).toEqual([
      'thresholds: each may be skipped where nothing was measured, so a version without any request would pass; say noData: "wait" of one',
    ]);
    expect(lacks("argo-rollouts", { thresholds: [skipped] })).toEqual([]);
  });

  test("AC-04 tests are Argo Rollouts' as far as an answer from 200 to 299 tells", () => {
    const tests: ReleasePlan["tests"] = [
      { name: "gone", path: "/gone", status: 410 },
      { name: "version", path: "/version", contains: "1.1" },
      { name: "up", path: "/" },
    ];
    expect(lacks("argo-rollouts", { tests })).toEqual([
      'tests["gone"].status: 410: it takes any answer from 200 to 299, and no other',
      'tests["version"].contains: "1.1": it looks into no text; leave it out',
    ]);
    expect(lacks("flagger", { tests })).toEqual([
      "tests: it leaves them to a service that answers its webhooks; leave them out, or set them by a transform",
    ]);
  });

  test("EA-09 Google Cloud Deploy looks for 23 h at most, and its first share is below 100", () => {
    expect(
      lacks("google-cloud-deploy", {
        steps: [
          { weight: 10, hold: "24 h" },
          { weight: 100, hold: "23 h" },
        ],
      }),
    ).toEqual(['steps: a hold of "24 h": it looks for 23 h at most']);
    expect(lacks("google-cloud-deploy", { steps: [{ weight: 100, hold: "15 min" }] })).toEqual([
      "steps: there is no share below 100, so it would be no canary; begin with a smaller one",
    ]);
  });

  test("what an engine does in another way is said of each, and of Slipway's own nothing", () => {
    expect(engineNotes(carriedOut("slipway"))).toEqual([]);
    for (const engine of ENGINES) {
      expect(engineNotes(carriedOut(engine))).toContain("It doesn't ask whether the error budget is spent.");
    }
  });
});

describe("what an engine works with", () => {
  const refused = (plan: ReleasePlan, engine = AT, change = {}) =>
    declareReleased(plan, engine, change).then(
      () => "accepted",
      (error: Error) => error.message,
    );

  test("is refused where there is nothing to work with it", async () => {
    expect(await refused(carriedOut("slipway"))).toBe(
      "api: engine: nothing works with it; name one in `release.engine`, or leave it out",
    );
  });

  test("is named where it is missing", async () => {
    expect(await refused(carriedOut("argo-rollouts"), {})).toBe(
      "api: engine.prometheus: missing; say where it finds Prometheus",
    );
    expect(await refused(carriedOut("flagger"), { prometheus: "http://prometheus:9090" })).toContain(
      "api: engine.ingress: missing; without an Ingress shares are shares of the pods",
    );
    expect(await refused(carriedOut("google-cloud-deploy"))).toBe(
      "api: 2 problems\n  - engine.account: missing; name the service account that deploys, by its email\n  - engine.cluster: missing; name the cluster that it deploys to: projects/P/locations/L/clusters/C",
    );
  });

  test("holds no password, and the refusal doesn't show one", async () => {
    const said = await refused(carriedOut("argo-rollouts"), {
      ...AT,
      prometheus: "http://ada:hunter2@prometheus:9090",
    });
    expect(said).toContain("engine.prometheus: it must be an address");
    expect(said).not.toContain("hunter2");
  });

  test("no candidate is declared beside an engine that brings its own", async () => {
    const candidate = { image: "shop/api:2", percent: 10 };
    expect(await refused(carriedOut("argo-rollouts"), AT, { candidate })).toBe(
      'api: candidate: "argo-rollouts" brings candidates itself; leave it out, and change `image`',
    );
  });
});
