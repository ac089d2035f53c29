import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { EXIT } from "../../automation/exit.ts";
import { readEntry } from "../../automation/rollout/ledger/update.ts";
import { bucketOf } from "../../components/release/cohort.ts";
import type { LedgerEntry } from "../../components/release/ledger.ts";
import { openLedger } from "../../components/release/stores/open.ts";
import { OPERATION_NAMES } from "../../systems/phase8/release.ts";
import { type Checkout, copyCheckout, keepSystem } from "../support/checkout.ts";
import { describeWithPostgresql } from "../support/postgresql.ts";
import { until } from "../support/until.ts";
import { figures, scriptedPrometheus, sides } from "../unit/rollout/metrics-support.ts";

vi.setConfig({ testTimeout: 180_000 });

/** Rows of the users' toggles that are on: how many operations each has. */
const ON =
  "SELECT user_id AS id, count(*)::int FROM feature_toggles WHERE enabled AND operation = ANY($1) GROUP BY 1";

/** What a release says of itself, a line of JSON each. */
const notes = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; text: string });

describeWithPostgresql("a release of a cohort, from the command line", (url) => {
  const ids = Array.from({ length: 400 }, () => randomUUID());
  const first = (weight: number) => new Set(ids.filter((id) => bucketOf(id) < weight));
  let client: pg.Client;
  let checkout: Checkout;
  let secret: string;

  beforeAll(async () => {
    client = new pg.Client(url());
    await client.connect();
    await client.query("CREATE SCHEMA auth; CREATE TABLE auth.users (id uuid PRIMARY KEY)");
    await client.query("INSERT INTO auth.users SELECT unnest($1::uuid[])", [ids]);
    checkout = await copyCheckout();
    await keepSystem(checkout.root, "phase8");
    secret = join(checkout.root, "database-url");
    await writeFile(secret, url(), { mode: 0o600 });
    const plan = join(checkout.root, "systems/phase8/release.ts");
    const days = await readFile(plan, "utf8");
    // Nobody waits for two days, nor a minute for another look.
    const seconds = days.replaceAll(/hold: "\d+ h", every: "\d+ min"/g, 'hold: "3 s", every: "1 s"');
    expect(seconds.split('hold: "3 s"')).toHaveLength(4);
    await writeFile(plan, seconds);
  });
  afterAll(async () => {
    await client.end();
    await checkout.remove();
  });
  beforeEach(() =>
    client.query(`
      DROP TABLE IF EXISTS feature_toggles, slipway_release, slipway_release_toggle;
      CREATE TABLE feature_toggles (
        user_id uuid REFERENCES auth.users (id), operation text, enabled boolean DEFAULT false,
        PRIMARY KEY (user_id, operation)
      )`),
  );

  /** Users who have all nine operations on; an Error where one has some of them. */
  async function on(): Promise<Set<string>> {
    const { rows } = await client.query<{ id: string; count: number }>(ON, [OPERATION_NAMES]);
    expect(rows.filter(({ count }) => count !== OPERATION_NAMES.length)).toEqual([]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Looks at the toggles until it is told to end: how many were on, each time that it changed, and who was turned off. */
  function watch() {
    const counts: number[] = [];
    const turnedOff = new Set<string>();
    let isOver = false;
    const watching = (async () => {
      for (let before = new Set<string>(); ; ) {
        const now = await on();
        for (const id of before) if (!now.has(id)) turnedOff.add(id);
        if (counts.at(-1) !== now.size) counts.push(now.size);
        before = now;
        if (isOver) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    return {
      async stop() {
        isOver = true;
        await watching;
        return { counts, turnedOff: turnedOff.size };
      },
    };
  }

  /** Measures thousands of operations a second, of which so many percent fail. */
  const prometheus = (percentFailing: () => number) =>
    scriptedPrometheus(({ query }) => {
      if (query.startsWith("label_replace(sum (rate(assistant_operations_total{")) {
        return sides(10_000, 100 * percentFailing());
      }
      if (query.startsWith("sum (rate(assistant_operation_duration_seconds_sum{")) return figures(0.8);
      if (query.startsWith("max(assistant_cost_discrepancy_ratio{")) return figures(0.001);
      if (query.startsWith("sum(increase(audit_hash_chain_failures_total{")) return figures(0);
      return [];
    });

  /** A production release with a ledger of its own. */
  function releases(metrics: string) {
    const ledger = `file:${join(checkout.root, `ledger-${randomUUID()}.json`)}`;
    const where = ["phase8/assistant", "--stack", "production", "--ledger", ledger];
    const database = ["--database-url-file", secret, "--yes"];
    const driving = [...where, "--metrics", `prometheus:${metrics}`, ...database, "--json"];
    return {
      begin: ["release", ...driving],
      resume: ["release", "resume", ...driving],
      rollback: ["release", "rollback", ...where, ...database],
      entry: async () => (await readEntry(openLedger(ledger), "phase8/assistant")) as LedgerEntry,
    };
  }

  test("P8-02 P8-03 5 %, 25 %, then all users have the nine operations on, and nobody loses them on the way", async () => {
    const { url: metrics, asked } = await prometheus(() => 0.1);
    const { begin, rollback, entry } = releases(metrics);
    const watching = watch();
    const { code, stdout, stderr } = await checkout.slipway(...begin);
    expect(code, `${stdout}${stderr}`).toBe(EXIT.ok);
    const sizes = [5, 25].map((weight) => first(weight).size);
    expect(await watching.stop()).toEqual({ counts: [0, ...sizes, ids.length], turnedOff: 0 });
    expect(await on()).toEqual(new Set(ids));

    const told = notes(stdout);
    expect(told.filter(({ kind }) => kind === "shifted").map(({ text }) => text)).toEqual([
      "the candidate has 5 % of the users, step 1 of 3; held for 3 s at least",
      "the candidate has 25 % of the users, step 2 of 3; held for 3 s at least",
      "the candidate has 100 % of the users, step 3 of 3; held for 3 s at least",
    ]);
    // A verdict at each boundary, from all that was counted since the one before.
    const healthy = told.filter(({ kind, text }) => kind === "verdict" && text.startsWith("healthy"));
    expect(healthy.map(({ text }) => text.replace(/[\d,]+ events/, "N events"))).toEqual(
      Array(3).fill("healthy: errors: 0.1 % of N events were bad, surely below 0.5 %, limit 1 %"),
    );
    expect(asked.filter(({ query }) => query.includes("revision"))).toEqual([]);
    expect(await entry()).toMatchObject({
      stable: { image: "assistant:on" },
      previous: { image: "assistant:off" },
      history: [{ strategy: "cohort", outcome: "promoted", from: "assistant:off", to: "assistant:on" }],
    });

    // The way back asks no figures: whoever measures may be what is broken.
    const back = await checkout.slipway(...rollback, "--reason", "bills are wrong");
    expect(back, back.stderr).toMatchObject({ code: EXIT.ok });
    expect((await on()).size).toBe(0);
    expect(await entry()).toMatchObject({
      stable: { image: "assistant:off" },
      history: [{}, { strategy: "hotfix", outcome: "promoted", from: "assistant:on", to: "assistant:off" }],
    });
  });

  test("P8-02 over 1 % of errors every operation is off for everybody, and the ledger says why", async () => {
    let failing = 0.1;
    const { url: metrics } = await prometheus(() => failing);
    const { begin, entry } = releases(metrics);
    const watching = watch();
    const ended = checkout.slipway(...begin);
    await until(on, ({ size }) => size === first(25).size);
    failing = 4;
    const { code, stdout, stderr } = await ended;
    expect(code, `${stdout}${stderr}`).toBe(EXIT.takenBack);
    const sizes = [5, 25].map((weight) => first(weight).size);
    expect(await watching.stop()).toEqual({ counts: [0, ...sizes, 0], turnedOff: first(25).size });
    const { stable, candidate, release, history } = await entry();
    expect({ stable, candidate, release }).toMatchObject({ stable: { image: "assistant:off" } });
    expect([candidate, release]).toEqual([undefined, undefined]);
    expect(history).toMatchObject([{ outcome: "rolled-back", from: "assistant:off", to: "assistant:on" }]);
    expect(history[0]?.reason).toMatch(/^errors: 4 % of [\d,]+ events were bad, .*limit 1 %/);
  });

  test("P8-02 killed at 25 % it leaves these users as they are, and resume goes on from there", async () => {
    const { url: metrics } = await prometheus(() => 0.1);
    const { begin, resume, entry } = releases(metrics);
    const killed = checkout.start(...begin);
    const over = once(killed, "exit");
    await until(on, ({ size }) => size === first(25).size);
    killed.kill("SIGKILL");
    await over;
    expect(await on()).toEqual(first(25));
    const { release } = await entry();
    expect(release?.state).toMatchObject({ step: 1 });
    const watching = watch();
    const { code, stdout, stderr } = await checkout.slipway(...resume);
    expect(code, `${stdout}${stderr}`).toBe(EXIT.ok);
    expect(await watching.stop()).toEqual({ counts: [first(25).size, ids.length], turnedOff: 0 });
    expect(notes(stdout).map(({ kind }) => kind)).toContain("taken-over");
    expect(await entry()).toMatchObject({ token: 2, history: [{ outcome: "promoted" }] });
    const { rows } = await client.query("SELECT token::int, weight FROM slipway_release");
    expect(rows).toEqual([{ token: 2, weight: 100 }]);
  });
});
