import { expect, test } from "vitest";
import { createActuator } from "../../../automation/rollout/actuators/actuator.ts";
import { clusterFlags, emergencyFlags } from "../../../automation/rollout/actuators/flags.ts";
import type { RolloutState } from "../../../automation/rollout/machine/state.ts";
import { doing, rolloutState } from "../../support/actuator.ts";
import { declaredObject, MemoryStore } from "../flags/support.ts";

const OVERRIDES = "shop/shop-flags-overrides";
const HISTORY = "slipway.dev/flags-history";

function going(
  flags: Readonly<Record<string, string>>,
  reason = "1.9 % of 2,310 requests failed",
): RolloutState {
  const state = rolloutState(
    { target: { stack: "production", system: "shop", service: "api" }, release: "r-7" },
    {
      kind: "http-route",
      urn: "",
      context: "prod",
      namespace: "shop",
      name: "web",
      stable: "web",
      candidate: "web-candidate",
    },
  );
  return {
    ...state,
    decision: { at: state.began, promote: false, reason },
    plan: { ...state.plan, emergency: { flags, within: "2 min" } },
  };
}

function cluster() {
  const store = new MemoryStore();
  store.list = async () => [declaredObject()];
  const done: string[] = [];
  const traffic = {
    read: async () => 0,
    set: async (_: unknown, weight: number) => {
      done.push(`weight ${weight}, flags ${JSON.stringify(store.objects.get(OVERRIDES)?.data)}`);
    },
  };
  const emergency = emergencyFlags(async () => store);
  const withdraw = async (state: RolloutState) => {
    const what = doing(state, { effect: { n: 1, kind: "withdraw" } });
    await createActuator({ traffic, emergency }).perform(what);
    return what.reported.map((text) => text.replace(/in \d+\.\d+ s/, "in … s"));
  };
  return { store, done, withdraw };
}

const STOP = { USE_UNIFIED_PIPELINE: "0", CONV_STORE_PRIMARY: "mongo" };

test("OS-08 sets the pipeline off and the store to mongo at once, before the weight; recorded with release, who and why", async () => {
  const { store, done, withdraw } = cluster();
  const reported = await withdraw(going(STOP));
  expect(done).toEqual([`weight 0, flags ${JSON.stringify(STOP)}`]);
  expect(reported).toEqual([
    expect.stringMatching(
      /^the emergency's flags are set, and recorded: USE_UNIFIED_PIPELINE=0, CONV_STORE_PRIMARY=mongo; \d+ of \d+ pods told; in … s$/,
    ),
  ]);
  const history = JSON.parse(store.objects.get(OVERRIDES)?.metadata?.annotations?.[HISTORY] ?? "[]");
  expect(history).toMatchObject([
    {
      by: "Ada",
      reason: "release r-7 of api is taken back: 1.9 % of 2,310 requests failed",
      changes: [
        { name: "USE_UNIFIED_PIPELINE", from: "1", to: "0" },
        { name: "CONV_STORE_PRIMARY", from: "redis", to: "mongo" },
      ],
    },
  ]);
});

test("OS-08 done twice is done once, and recorded once", async () => {
  const { store, withdraw } = cluster();
  await withdraw(going(STOP, "x".repeat(2_000)));
  const [told] = await withdraw(going(STOP));
  expect(told).toContain("the emergency's flags were set already: ");
  const history = JSON.parse(store.objects.get(OVERRIDES)?.metadata?.annotations?.[HISTORY] ?? "[]");
  expect(history).toHaveLength(1);
  expect(history[0].reason).toBe(`release r-7 of api is taken back: ${"x".repeat(400)}`);
});

test("OS-08 a flag that is none keeps no traffic from being taken back", async () => {
  const { store, done, withdraw } = cluster();
  await expect(withdraw(going({ CONV_STORE_PRIMARY: "paper" }))).rejects.toThrow(
    'CONV_STORE_PRIMARY: "paper" must be one of redis, mongo',
  );
  expect(done).toEqual(["weight 0, flags undefined"]);
  expect(store.objects.has(OVERRIDES)).toBe(false);
});

test("OS-08 says that there are no flags where there is no cluster", async () => {
  const open = clusterFlags(async () => {
    throw new Error("nobody asks");
  });
  await expect(open(rolloutState())).rejects.toThrow(
    'flags are kept in a cluster, and the traffic of ethixai/backend is shared out by "cloud-run"',
  );
});
