import type { Judgement, Verdict } from "../../automation/rollout/judge/verdict.ts";
import { countText, percentText } from "../../automation/rollout/report/words.ts";
import { AVAILABILITY, CPU, judgement, LATENCY, PLAN, Release, said } from "./rollout-records.ts";

/** What is measured of both versions: requests per second of the candidate, and shares that are bad. */
interface Figures {
  readonly rate?: number;
  readonly errors?: number;
  readonly slow?: number;
  readonly stableErrors?: number;
}

/** So much is uncertain about a share: enough for a picture, and exact for a test. */
function interval(bad: number, total: number) {
  const width = 2.6 * Math.sqrt((bad + 1) / (total * total));
  return { low: Math.max(0, bad / total - width), high: Math.min(1, bad / total + width) };
}

function share(gate: typeof AVAILABILITY, total: number, part: number, stable: number, wrong: string) {
  const bad = Math.round(total * part);
  const limit = gate.limit ?? 0;
  const range = interval(bad, total);
  const verdict: Verdict = range.low > limit ? "unhealthy" : range.high < limit ? "healthy" : "inconclusive";
  const reason = `${percentText(bad / total)} of ${countText(total)} requests ${wrong}, limit ${percentText(limit)}`;
  return said(
    gate,
    verdict,
    reason,
    { kind: "events", total, bad },
    {
      interval: range,
      stable: { kind: "events", total: total * 9, bad: Math.round(total * 9 * stable) },
    },
  );
}

/** What is seen of a candidate, so long after its hold began. */
export function seen({ rate = 20, errors = 0.001, slow = 0.01, stableErrors = 0.001 }: Figures = {}) {
  return (heldSeconds: number): Judgement => {
    const total = Math.max(1, Math.round(rate * heldSeconds));
    return judgement(
      share(AVAILABILITY, total, errors, stableErrors, "failed"),
      share(LATENCY, total, slow, 0.01, "took longer than 2 s"),
    );
  };
}

/** Nobody sends it requests. */
export const nothing = (): Judgement =>
  judgement(
    said(AVAILABILITY, "unknown", "nothing was measured yet", { kind: "nothing" }),
    said(LATENCY, "unknown", "nothing was measured yet", { kind: "nothing" }),
  );

/** All well: 10 %, 50 %, 100 %, promoted. */
export const good = () => new Release().done(42).finish(seen());

/** 2 % of its requests fail from the second step on. */
export const bad = () =>
  new Release()
    .done(42)
    .done()
    .hold(seen())
    .done()
    .finish(seen({ errors: 0.02 }));

/** Nothing fails, but one request in eight is slow. */
export const slow = () =>
  new Release()
    .done(42)
    .done()
    .finish(seen({ slow: 0.125 }));

/** It never got ready. The error quotes what it was called with. */
export const neverStarted = () =>
  new Release()
    .failed(
      "revision backend-1b2c is not ready: startup probe failed: GET https://probe:hunter2hunter2@backend.example.com/health/startup: 503, Authorization: Bearer abcdef0123456789",
      240,
    )
    .finish(seen());

/** Without traffic there is no evidence: paused, and still waiting. */
export const noTraffic = () => new Release().done(42).done().hold(nothing);

/** A person paused it and then took it back. */
export const aborted = () =>
  new Release()
    .done(42)
    .done()
    .hold(seen(), 20)
    .asked("pause", "ada", "orders look odd")
    .wait(300)
    .asked("resume", "ada")
    .hold(seen(), 4)
    .asked("abort", "ada", "customers report double bookings")
    .finish(seen());

/** The first driver was killed in the second step. */
export function takenOver() {
  const release = new Release().done(42).done().hold(seen()).done().hold(seen(), 8).wait(45);
  return release
    .event({ kind: "taken-over", at: release.at, holder: "runner-2:411:c0ffee", token: 8, from: "journal" })
    .finish(seen());
}

/** Straight to all of the traffic. */
export const hotfix = () =>
  new Release({ strategy: "hotfix", steps: [] }, { by: "ada", reason: "CVE in the login" })
    .done(42)
    .finish(seen());

/** 48 hours of a cohort, looked at every 30 seconds: 5,760 looks. */
export function cohort() {
  const hour = 3600;
  const [first, second, third] = [24, 12, 12].map((hours) => ({
    holdSeconds: hours * hour,
    everySeconds: 30,
  }));
  const steps = [5, 25, 100].map((weight, index) => ({
    weight,
    ...([first, second, third][index] ?? PLAN.steps[0] ?? { holdSeconds: 1, everySeconds: 1 }),
  }));
  // A short while of many errors, as a restart of a dependency makes: it has to be seen in the picture.
  const look = (held: number) =>
    seen({ rate: 0.5, errors: held > 30_000 && held < 30_200 ? 0.0049 : 0.002 })(held);
  return new Release({
    strategy: "cohort",
    traffic: { kind: "cohort", operations: ["email-compose", "task-create"] },
    steps,
    gates: [AVAILABILITY, LATENCY, CPU],
  })
    .done(2)
    .finish((held) => {
      const { gates } = look(held);
      const cpu = said(
        CPU,
        "healthy",
        "61 %, limit 80 %",
        { kind: "value", value: 61 },
        { stable: { kind: "value", value: 58 } },
      );
      return judgement(...gates, cpu);
    });
}

/** All of them, by their names. */
export const STORIES = {
  good,
  bad,
  slow,
  neverStarted,
  noTraffic,
  aborted,
  takenOver,
  hotfix,
  cohort,
} as const;
