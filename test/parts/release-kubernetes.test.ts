import type { V1ConfigMap, V1Service, V2HorizontalPodAutoscaler } from "@kubernetes/client-node";
import { PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { sandboxLedger } from "../../automation/deploy/config-file.ts";
import { EXIT } from "../../automation/exit.ts";
import { HISTORY_ANNOTATION, readHistory } from "../../automation/flags/history.ts";
import { readEntry } from "../../automation/rollout/ledger/update.ts";
import type { RolloutState } from "../../automation/rollout/machine/state.ts";
import { openLedger } from "../../components/release/stores/open.ts";
import { describeWithOwnCluster } from "../support/cluster.ts";
import { until } from "../support/until.ts";
import { figures, scriptedPrometheus, sides } from "../unit/rollout/metrics-support.ts";
import { leadTo, serveToCluster } from "./release-kubernetes-support.ts";
import { backendIn } from "./release-kubernetes-watch.ts";
import { ConnectedCheckout, podsOf } from "./system-support.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

/** Turns of one round of the soak's probes: of three, five and ten, of three long ones, and of five times three at once. */
const TURNS = 3 + 5 + 10 + 3 + 5 * 3;

describeWithOwnCluster("a release of ONESource's backend, from the command line", (cluster) => {
  const { namespace, watch, moment } = backendIn(cluster);
  let checkout: ConnectedCheckout;
  beforeAll(async () => {
    checkout = await ConnectedCheckout.make(cluster, "onesource");
    const plan = "systems/onesource/release.ts";
    await checkout.edit(plan, '({ weight, hold: "20 s" })', '({ weight, hold: "2 s" })');
    await checkout.edit(plan, '  every: "5 s",\n  ...(BACKEND', '  every: "1 s",\n  ...(BACKEND');
    await checkout.edit(plan, 'for: "2 min", every: "20 s"', 'for: "8 s", every: "2 s"');
    await checkout.slipway("up");
  });
  afterAll(() => checkout.remove());

  const entry = () => readEntry(openLedger(sandboxLedger(checkout.root, "sandbox")), "onesource/backend");
  /** Runs `slipway release …` of the backend. */
  const release = (...args: readonly string[]) => checkout.run("release", ...args, "--stack", "sandbox");
  const begin = (metrics: string, image: string, ...more: readonly string[]) =>
    release("onesource/backend", "--image", image, "--metrics", `prometheus:${metrics}`, ...more);

  /** Measures a million of everything in a second. @param isBad which revisions fail half of their requests */
  const prometheus = (isBad: (revision: string) => boolean = () => false) =>
    scriptedPrometheus(({ query }) => {
      const [, revision = ""] = /revision="([^"]+)"/.exec(query) ?? [];
      if (revision === "") return [];
      if (!query.startsWith("label_replace(")) return figures(0.02);
      // Some sessions always stay unfinished.
      if (query.includes("sessions_")) return sides(1_000_000, 100_000);
      return sides(1_000_000, isBad(revision) ? 500_000 : 0);
    });

  const LED = "X-Onesource-Canary: always → backend-candidate 100";
  const at = (candidate: number) => [LED, `backend ${100 - candidate} backend-candidate ${candidate}`];
  const ALONE = ["backend 100"];
  /** Without when the route was written. */
  const changes = (seen: readonly object[]) =>
    seen.map((each) => Object.fromEntries(Object.entries(each).filter(([name]) => name !== "routeVersion")));

  test("OS-07 a candidate beside the stable version, 10, 50, 100 % by the route's weights, then promoted without a gap", async () => {
    const { url, asked } = await prometheus();
    const watching = watch();
    const ended = begin(url, "sandbox/demo:1.1.0");
    await until(moment, ({ route }) => route.length === 2);
    const service = await cluster.read<V1Service>("v1", "Service", namespace, "backend-candidate");
    expect(service.spec?.selector).toMatchObject({ "slipway.dev/track": "candidate" });
    const autoscaler = await cluster.read<V2HorizontalPodAutoscaler>(
      "autoscaling/v2",
      "HorizontalPodAutoscaler",
      namespace,
      "backend-candidate",
    );
    expect(autoscaler.spec?.scaleTargetRef).toMatchObject({ kind: "Deployment", name: "backend-candidate" });

    const { code, stdout, stderr } = await ended;
    expect(code, `${stdout}${stderr}`).toBe(EXIT.ok);
    const [both, next] = [
      { stable: "1.0.0", candidate: "1.1.0" },
      { stable: "1.1.0", candidate: "1.1.0" },
    ];
    expect(changes(await watching.stop())).toEqual([
      { stable: "1.0.0", route: ALONE },
      { ...both, route: ALONE },
      { ...both, route: at(0) },
      { ...both, route: at(10) },
      { ...both, route: at(50) },
      { ...both, route: at(100) },
      // The stable pods are rolled over while nobody asks them.
      { ...next, route: at(100) },
      { ...next, route: ALONE },
      { stable: "1.1.0", route: ALONE },
    ]);
    // Candidate and stable are told apart, also in what is only compared.
    const compared = asked.filter(({ query }) => query.includes("time_to_first_token_seconds_sum"));
    expect(new Set(compared.map(({ query }) => /revision="([^"]+)"/.exec(query)?.[1])).size).toBe(2);
    expect(await entry()).toMatchObject({
      stable: { image: "sandbox/demo:1.1.0" },
      previous: { image: "sandbox/demo:1.0.0" },
      history: [{ outcome: "promoted" }],
    });
    expect((await checkout.slipway("preview")).changed).toBe("nothing to change");
    const again = await begin(url, "sandbox/demo:1.1.0");
    expect(again).toMatchObject({ code: EXIT.usage, stderr: expect.stringContaining("nothing to release") });
  });

  test("OS-08 of a bad one the flags are turned first, recorded, then its weight is 0, then it is gone", async () => {
    const { stable } = await entry();
    const { url } = await prometheus((revision) => revision !== stable?.revision);
    const watching = watch();
    const { code, stdout, stderr } = await begin(url, "sandbox/demo:errors");
    expect(code, `${stdout}${stderr}`).toBe(EXIT.takenBack);
    const seen = await watching.stop();
    const both = { stable: "1.1.0", candidate: "errors" };
    expect(changes(seen)).toEqual([
      { stable: "1.1.0", route: ALONE },
      { ...both, route: ALONE },
      { ...both, route: at(0) },
      { ...both, route: at(10) },
      { ...both, route: at(0) },
      { ...both, route: ALONE },
      { stable: "1.1.0", route: ALONE },
    ]);
    const overrides = () =>
      cluster.read<V1ConfigMap>("v1", "ConfigMap", namespace, "onesource-flags-overrides");
    const { data, metadata } = await overrides();
    expect(data).toEqual({ USE_UNIFIED_PIPELINE: "0", CONV_STORE_PRIMARY: "mongo" });
    // Versions of a cluster's objects are counted together: the route was written after the flags.
    expect(seen[4]?.routeVersion).toBeGreaterThan(Number(metadata?.resourceVersion));
    const { history } = await entry();
    expect(history.map(({ outcome }) => outcome)).toEqual(["promoted", "rolled-back"]);
    const id = history[1]?.release;
    const [flip] = readHistory(metadata?.annotations?.[HISTORY_ANNOTATION]);
    expect(flip?.by).toBe(history[1]?.by);
    expect(flip?.reason).toMatch(
      new RegExp(`^release ${id} of backend is taken back: availability: 50 % of 1,000,000 requests failed`),
    );
    expect((await checkout.slipway("preview")).changed).toBe("nothing to change");

    // The flags are what remains: a person says when they are as declared again.
    const clear = ["flags", "clear", "CONV_STORE_PRIMARY", "USE_UNIFIED_PIPELINE", "--stack", "sandbox"];
    expect(stdout).toContain(`its emergency's flags stay set until: slipway ${clear.join(" ")} --reason "…"`);
    const cleared = await checkout.run(...clear, "--reason", "mended");
    expect(cleared, cleared.stderr).toMatchObject({ code: EXIT.ok });
    expect((await overrides()).data ?? {}).toEqual({});
  });

  /** Begins a soak, and leads its probes to a chat of the test before there is any traffic. */
  async function soak(image: string, isAnswered: (turns: number) => boolean) {
    let turns = 0;
    const chat = await serveToCluster(() => {
      turns += 1;
      return { status: isAnswered(turns) ? 200 : 500, body: "…" };
    });
    const { url } = await prometheus();
    const ended = begin(url, image, "--soak");
    await until(entry, (now) => now.release !== undefined);
    expect(
      await release("pause", "onesource/backend", "--reason", "not before the chat is there"),
    ).toMatchObject({
      code: EXIT.ok,
    });
    await until(entry, (now) => (now.release?.state as RolloutState | undefined)?.phase === "testing");
    const service = { namespace, name: "backend-candidate" };
    await cluster.core.patchNamespacedService(
      { ...service, body: { spec: { selector: null } } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
    const pods = await podsOf(cluster, namespace, "backend");
    const pod = pods.find((name) => name.startsWith("backend-candidate-")) ?? "";
    await leadTo(cluster, { namespace, service: service.name, pod }, chat);
    expect(await release("resume", "onesource/backend")).toMatchObject({ code: EXIT.ok });
    return { ...(await ended), chat };
  }

  test("OS-06 a soak's rounds of conversations reach the candidate; all held throughout: it is promoted", async () => {
    const { code, stdout, stderr, chat } = await soak("sandbox/demo:1.0.0", () => true);
    expect(code, `${stdout}${stderr}`).toBe(EXIT.ok);
    const rounds = chat.arrived.length / TURNS;
    expect(rounds).toBeGreaterThanOrEqual(2);
    expect(rounds).toBe(Math.round(rounds));
    const said = chat.arrived.map(({ body }) => JSON.parse(body) as { message: string; session_id: string });
    const turns = [...Map.groupBy(said.slice(0, TURNS), ({ session_id }) => session_id).values()];
    expect(turns.map(({ length }) => length).sort()).toEqual([10, 3, 3, 3, 3, 3, 3, 3, 5]);
    expect(turns.filter(([first]) => (first?.message.length ?? 0) > 10_000)).toHaveLength(1);
    const { stable, history } = await entry();
    expect(stable?.image).toBe("sandbox/demo:1.0.0");
    expect(history.at(-1)).toMatchObject({ strategy: "soak", outcome: "promoted" });
  });

  test("OS-06 one turn that fails in the second round takes the candidate back", async () => {
    const { code, stdout, stderr, chat } = await soak("sandbox/demo:1.1.0", (turns) => turns !== TURNS + 12);
    expect(code, `${stdout}${stderr}`).toBe(EXIT.takenBack);
    // The long conversation ends with its fourth turn; the kinds of probe after it are asked all the same.
    expect(chat.arrived).toHaveLength(TURNS + TURNS - 6);
    const { stable, history } = await entry();
    expect(stable?.image).toBe("sandbox/demo:1.0.0");
    expect(history.at(-1)).toMatchObject({ strategy: "soak", outcome: "rolled-back" });
    expect(history.at(-1)?.reason).toMatch(
      /^round 2 of the soak's probes failed: long-conversation: 3 of 4 turns answered in .*; turn 4: POST \/chat 500/,
    );
    expect(await moment()).toMatchObject({ stable: "1.0.0", candidate: undefined, route: ALONE });
  });
});
