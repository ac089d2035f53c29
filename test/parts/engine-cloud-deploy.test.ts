import { dirname } from "node:path";
import { expect, test, vi } from "vitest";
import { verifyTask } from "../../components/release/engines/verify-job.ts";
import { run } from "../../sandbox/engine/run.ts";
import { findPrometheus } from "../../sandbox/prometheus/tools.ts";
import { describeWithPrometheus } from "../support/prometheus.ts";
import { carriedOut } from "../unit/rollout/engines-support.ts";
import { type Figure, figureServer } from "./engine-support.ts";

vi.setConfig({ testTimeout: 60_000 });

const SERVICE = {
  environment: "production",
  system: "shop",
  service: "api",
  runtime: "cloud-run",
  metrics: { requests: "r_total", duration: "d_seconds", health: "h_total", code: "code", route: "route" },
  objectives: [{ name: "availability", kind: "availability", target: 99.5, windowDays: 30, owner: "shop" }],
} as const;

/** Runs the job of a step as its container would, with promtool and the shell of this machine. */
async function job(
  figure: (question: string) => Figure,
  env: Record<string, string> = { CLOUD_RUN_REVISION: "api-2" },
) {
  const prometheus = await figureServer(figure);
  const plan = carriedOut("google-cloud-deploy", {
    steps: [{ weight: 10, hold: "3 s", every: "1 s" }],
  });
  const { commands, args, env: told } = verifyTask(SERVICE, plan, 0, prometheus.url);
  const promtool = (await findPrometheus())?.promtool ?? "";
  const [shell = "", ...options] = commands;
  const { code, stdout } = await run(shell, [...options, ...args], {
    env: { PATH: `${dirname(promtool)}:${process.env.PATH}`, ...told, ...env },
  });
  await prometheus.close();
  return { code, said: stdout.trim(), asked: prometheus.asked };
}

/** What Prometheus answers where the figure is so: a comparison gives the figure where it holds, and nothing elsewhere. */
function compared(figure: number): (question: string) => Figure {
  return (question) => {
    const [, bad, limit] = / (>|<=) ([0-9.]+)$/.exec(question) ?? [];
    return (bad === ">" ? figure > Number(limit) : figure <= Number(limit)) ? figure : "nothing";
  };
}

describeWithPrometheus("the job that looks at the gates for Google Cloud Deploy", () => {
  test("EA-09 passes where every figure is good at the end of the hold", async () => {
    const { code, said, asked } = await job(compared(0.001));
    expect(said).toMatch(/^so: 99\.5 % of requests answered without a server error: \{\} => 0\.001 @/);
    expect(code).toBe(0);
    expect(asked.filter((question) => !question.includes('revision="api-2"}[3s]'))).toEqual([]);
    expect(asked.at(-1)).toContain("<= 0.005");
    expect(asked.slice(0, -1).filter((question) => !question.endsWith("> 0.005"))).toEqual([]);
  });

  test("EA-10 fails at the first bad figure", async () => {
    const { code, said, asked } = await job(compared(0.2));
    expect(said).toMatch(/^not so: 99\.5 % of requests .*=> 0\.2 @/);
    expect(code).toBe(1);
    expect(asked).toHaveLength(1);
  });

  test("EA-09 passes nobody without evidence", async () => {
    const { code, said } = await job(() => "nothing");
    expect(said).toBe("no evidence: 99.5 % of requests answered without a server error");
    expect(code).toBe(1);
  });

  test("names on Kubernetes the release, and passes nothing that has no name", async () => {
    const { code, asked } = await job(compared(0), { CLOUD_DEPLOY_RELEASE: "rel-7" });
    expect(code).toBe(0);
    expect(asked[0]).toContain('revision="rel-7"');
    expect(await job(compared(0), {})).toEqual({
      code: 1,
      said: "nobody says which revision this is",
      asked: [],
    });
  });
});
