import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { SmokeFailure } from "./failure.ts";
import { countSamples, MetricsTextError } from "./prometheus.ts";
import { defineSuite, madeOf, type Suite } from "./suite.ts";

/** Where EthixAI's backend answers, and what the tests expect of it. */
interface EthixaiSettings {
  /** Below the base address; `:id` stands for the id of one. */
  readonly paths: Readonly<
    Record<
      "liveness" | "readiness" | "metrics" | "register" | "login" | "datasets" | "analyses",
      `/${string}`
    > &
      Record<"user" | "dataset" | "analysis" | "report", `/${string}/:id`>
  >;
  /** Domain of synthetic users' addresses: one that receives no mail. */
  readonly mailDomain: string;
  /** A readiness check that takes longer is noted; its probe gives it as much (EA-02). */
  readonly readinessMilliseconds: number;
  /** An analysis gets this long; the slowest of the load test took 41 s (EA-01). */
  readonly analysisSeconds: number;
  /** The first wait before looking at an analysis; each is half as long again, up to the longest. */
  readonly pollMilliseconds: { readonly first: number; readonly longest: number };
}

const DEFAULTS: EthixaiSettings = {
  paths: {
    liveness: "/health/liveness",
    readiness: "/health/readiness",
    metrics: "/metrics",
    register: "/api/auth/register",
    login: "/api/auth/login",
    user: "/api/users/:id",
    datasets: "/api/datasets",
    dataset: "/api/datasets/:id",
    analyses: "/api/analyses",
    analysis: "/api/analyses/:id",
    report: "/api/reports/:id",
  },
  mailDomain: "example.com",
  readinessMilliseconds: 500,
  analysisSeconds: 120,
  pollMilliseconds: { first: 100, longest: 2_000 },
};

/** Rows of the data set that is uploaded. */
const ROWS = 10;

/** What EthixAI's tests hand on. */
interface Values {
  /** The synthetic user. */
  readonly user: { readonly id: string; readonly email: string; readonly password: string };
  readonly token: string;
  /** Ids. */
  readonly dataset: string;
  readonly analysis: string;
}

const id = z.string().min(1);
const registered = z.object({ id, email: z.string() });
// What a header may hold, so that it can be sent back.
const loggedIn = z.object({ token: z.string().regex(/^[\x21-\x7e]+$/) });
const uploaded = z.object({ id, rows: z.number() });
const analysis = z.object({ id, status: z.enum(["queued", "running", "done", "failed"]) });
const reported = z.object({
  analysisId: id,
  createdAt: z.iso.datetime(),
  rows: z.number(),
  metrics: z.array(z.object({ name: z.string().min(1), value: z.number() })).min(1),
});

/** Ten rows with two groups and their outcomes, for an analysis to find something in. */
function syntheticCsv(): string {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const group = index % 2 === 0 ? "a" : "b";
    return `${index + 1},${group},${(index * 7) % ROWS},${index % 3 === 0 ? 1 : 0}`;
  });
  return `${["id,group,score,outcome", ...rows].join("\n")}\n`;
}

function expect(holds: boolean, message: string): void {
  if (!holds) throw new SmokeFailure(message);
}

const { test, removal } = madeOf<Values>();

/** What differs from the defaults. */
type EthixaiChange = Partial<Omit<EthixaiSettings, "paths">> & {
  readonly paths?: Partial<EthixaiSettings["paths"]>;
};

/** The eight smoke tests of EthixAI's backend (EA-11), in their order. */
export function ethixaiSuite(change: EthixaiChange = {}): Suite {
  const paths = { ...DEFAULTS.paths, ...change.paths };
  const { mailDomain, readinessMilliseconds, analysisSeconds, pollMilliseconds } = { ...DEFAULTS, ...change };

  const liveness = test({
    name: "liveness",
    what: "the process is alive",
    async run({ http }) {
      await http.send({ method: "GET", path: paths.liveness }, 200);
      return {};
    },
  });

  const readiness = test({
    name: "readiness",
    what: "it can serve, with all that it depends on",
    async run({ http, note }) {
      const { milliseconds } = await http.send({ method: "GET", path: paths.readiness }, 200);
      if (milliseconds > readinessMilliseconds) {
        note(`it took ${Math.round(milliseconds)} ms; its probe gives it ${readinessMilliseconds} ms`);
      }
      return {};
    },
  });

  const register = test({
    name: "register",
    what: "a synthetic user can register",
    gives: "user",
    async run({ http, runId, expiresAt }) {
      const email = `synthetic+${runId}@${mailDomain}`;
      // The end satisfies rules that want a digit, a sign, and both cases.
      const password = `${randomBytes(24).toString("base64url")}-aA1`;
      const json = { email, password, expiresAt };
      const user = await http.json({ method: "POST", path: paths.register, json }, 201, registered);
      expect(user.email === email, `POST ${paths.register} registered another user than it was asked to`);
      return { user: { id: user.id, email, password } };
    },
  });

  const login = test({
    name: "login",
    what: "that user can log in, and gets a token",
    needs: ["user"],
    gives: "token",
    async run({ http, given }) {
      const { email, password } = given.user;
      const json = { email, password };
      const { token } = await http.json({ method: "POST", path: paths.login, json }, 200, loggedIn);
      return { token };
    },
  });

  const upload = test({
    name: "upload",
    what: `a CSV file of ${ROWS} rows can be uploaded`,
    needs: ["token"],
    gives: "dataset",
    async run({ http, given, runId, expiresAt }) {
      const form = new FormData();
      form.set("file", new File([syntheticCsv()], `synthetic-${runId}.csv`, { type: "text/csv" }));
      form.set("expiresAt", expiresAt);
      const request = { method: "POST", path: paths.datasets, token: given.token, form } as const;
      const dataset = await http.json(request, 201, uploaded);
      expect(dataset.rows === ROWS, `POST ${paths.datasets} took ${dataset.rows} rows in, of ${ROWS} sent`);
      return { dataset: dataset.id };
    },
  });

  const analyse = test({
    name: "analyse",
    what: "an analysis of that file can be started, and ends",
    needs: ["token", "dataset"],
    gives: "analysis",
    async run({ http, given, expiresAt, signal }) {
      const { token } = given;
      const json = { datasetId: given.dataset, expiresAt };
      const until = performance.now() + 1000 * analysisSeconds;
      const start = { method: "POST", path: paths.analyses, token, json } as const;
      let { id, status } = await http.json(start, 202, analysis);
      const look = { method: "GET", path: paths.analysis, id, token } as const;
      for (let wait = pollMilliseconds.first; status === "queued" || status === "running"; ) {
        if (performance.now() >= until) {
          throw new SmokeFailure(`GET ${look.path} still says "${status}" after ${analysisSeconds} s`);
        }
        await sleep(wait, undefined, { signal });
        wait = Math.min(1.5 * wait, pollMilliseconds.longest);
        ({ status } = await http.json(look, 200, analysis));
      }
      expect(status === "done", `GET ${look.path} says that the analysis failed`);
      return { analysis: id };
    },
  });

  const report = test({
    name: "report",
    what: "the analysis has a report with figures about all rows",
    needs: ["token", "analysis"],
    async run({ http, given }) {
      const { token } = given;
      const request = { method: "GET", path: paths.report, id: given.analysis, token } as const;
      const { analysisId, rows } = await http.json(request, 200, reported);
      expect(analysisId === given.analysis, `GET ${paths.report} gave the report of another analysis`);
      expect(rows === ROWS, `GET ${paths.report} gave a report about ${rows} rows, of ${ROWS} uploaded`);
      return {};
    },
  });

  const metrics = test({
    name: "metrics",
    what: "it tells Prometheus about itself",
    async run({ http }) {
      const { text, contentType } = await http.send({ method: "GET", path: paths.metrics }, 200);
      const get = `GET ${paths.metrics}`;
      expect(/^text\/plain\b/.test(contentType), `${get} answered with another content type than text/plain`);
      try {
        expect(countSamples(text) > 0, `${get} answered without a single sample`);
      } catch (error) {
        if (!(error instanceof MetricsTextError)) throw error;
        throw new SmokeFailure(`${get} answered with what Prometheus can't read: ${error.message}`);
      }
      return {};
    },
  });

  return defineSuite<Values>({
    name: "ethixai",
    tests: [liveness, readiness, register, login, upload, analyse, report, metrics],
    removals: [
      removal({
        of: "dataset",
        needs: ["dataset", "token"],
        async run({ http, given: { dataset, token } }) {
          await http.send({ method: "DELETE", path: paths.dataset, id: dataset, token }, 200, 204);
        },
      }),
      removal({
        of: "user",
        needs: ["user", "token"],
        async run({ http, given: { user, token } }) {
          await http.send({ method: "DELETE", path: paths.user, id: user.id, token }, 200, 204);
        },
      }),
    ],
  });
}
