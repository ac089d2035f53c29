import type { OwnPromql } from "./alerts.ts";
import { increase, latest, rateOf } from "./prometheus-math.ts";
import { type Course, counter, gauge } from "./series.ts";

const GIB = 2 ** 30;

/** Hosts as node_exporter shows them: two processors, and memory in bytes; courses tell the percentage in use. */
const ACGS: OwnPromql = {
  objectives: {
    "host/cpu": {
      unit: "time",
      limit: 80,
      good: 30,
      play: (course) => {
        const time = (cpu: string, mode: string, part: (at: number) => number) =>
          counter(`node_cpu_seconds_total{system="acgs",cpu="${cpu}",mode="${mode}"}`, course, part);
        const used = (at: number) => course.level(at) / 100;
        const idle = ["0", "1"].map((cpu) => time(cpu, "idle", (at) => 1 - used(at)));
        const busy = ["0", "1"].map((cpu) => time(cpu, "user", used));
        return {
          series: [...idle, ...busy],
          figure: (at, _range, ranges) => {
            const [part, whole] = [idle, [...idle, ...busy]].map((each) => rateOf(each, at, 300, ranges));
            return part === undefined || whole === undefined ? undefined : 100 * (1 - part / whole);
          },
        };
      },
    },
    "host/memory": {
      unit: "time",
      limit: 85,
      good: 30,
      play: (course) => {
        const host = (name: string, total: number, used: Course["level"]) => [
          gauge(`node_memory_MemTotal_bytes{system="acgs",host="${name}"}`, course, () => total),
          gauge(
            `node_memory_MemAvailable_bytes{system="acgs",host="${name}"}`,
            course,
            (at) => total * (1 - used(at) / 100),
          ),
        ];
        const [total, available] = host("a", 64 * GIB, course.level);
        return {
          series: [total, available, ...host("b", 8 * GIB, () => 10)].filter((each) => each !== undefined),
          figure: (at, _range, ranges) => {
            const free = available && latest(available, at, ranges);
            return free === undefined ? undefined : 100 * (1 - free / (64 * GIB));
          },
        };
      },
    },
  },
};

const REDIS = { namespace: "onesource", statefulset: "redis" };

/** ONESource's Redis as kube-state-metrics shows it: courses tell how many pods are ready. */
const ONESOURCE: OwnPromql = {
  labels: { RedisDown: REDIS },
  alerts: {
    RedisDown: {
      good: 1,
      near: 1,
      bad: 0,
      over: 0,
      orAbsent: true,
      play: (course) => {
        const ready = (labels: object, count: Course["level"]) =>
          gauge(
            `kube_statefulset_status_replicas_ready{${Object.entries(labels)
              .map(([label, value]) => `${label}="${value}"`)
              .join(",")}}`,
            course,
            count,
          );
        const redis = ready(REDIS, course.level);
        return {
          series: [redis, ready({ ...REDIS, statefulset: "mongo" }, () => 0)],
          holds: (at, ranges) => (latest(redis, at, ranges) ?? 0) < 1,
        };
      },
    },
  },
};

const RUN_EVERY = 300;

/** EthixAI's smoke tests as Google counts a job's runs: courses tell the share of runs that fail, and two of three are not all. */
const ETHIXAI: OwnPromql = {
  alerts: {
    SmokeTestsFailing: {
      good: 0,
      near: 2 / 3,
      bad: 1,
      over: 960,
      play: (course) => {
        const fails = (at: number) =>
          course.level(at) === 1 || (course.level(at) > 0 && (at / RUN_EVERY) % 3 >= 1);
        const runs = (result: string, is: (at: number) => boolean, job = "smoke") =>
          counter(
            `run_googleapis_com:job_completed_execution_count{monitored_resource="cloud_run_job",job_name="${job}",result="${result}"}`,
            course,
            (at) => (at % RUN_EVERY === 150 && is(at) ? 1 / course.scrape : 0),
          );
        const failed = runs("failed", fails);
        const passed = runs("succeeded", (at) => !fails(at));
        return {
          series: [failed, passed, runs("failed", () => true, "another")],
          holds: (at, ranges) => {
            const count = (of: typeof failed) => Math.round(increase(of, at, 960, ranges) ?? 0);
            return count(failed) >= 3 && count(passed) === 0;
          },
        };
      },
    },
  },
};

/** How what systems ask in PromQL of their own is played, by system. */
export const OWN = { acgs: ACGS, ethixai: ETHIXAI, onesource: ONESOURCE } as const;
