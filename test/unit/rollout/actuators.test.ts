import { beforeEach, describe, expect, test } from "vitest";
import type { TrafficControl } from "../../../automation/rollout/actuator.ts";
import { type ActuatorParts, createActuator } from "../../../automation/rollout/actuators/actuator.ts";
import type { Deployer } from "../../../automation/rollout/actuators/deployer.ts";
import type { Effect } from "../../../automation/rollout/machine/effect.ts";
import type { RolloutState } from "../../../automation/rollout/machine/state.ts";
import { doing, rolloutState } from "../../support/actuator.ts";
import { serveInTest } from "../../support/http.ts";

type Kind = Effect extends infer E ? (E extends Effect ? Omit<E, "n"> : never) : never;

let done: string[];
let traffic: TrafficControl;
let deployer: Deployer;
let emergency: NonNullable<ActuatorParts["emergency"]>;
const note = async (what: string) => void done.push(what);
beforeEach(() => {
  done = [];
  traffic = { read: async () => 42, set: (_, weight) => note(`weight ${weight}`) };
  deployer = {
    stage: async () => {
      await note("stage");
      return { candidate: "api-2", stable: "api-1", address: "http://127.0.0.1:1" };
    },
    promote: () => note("promote"),
    tidy: () => note("tidy"),
    reconcile: () => note("reconcile"),
  };
  emergency = { turn: (_, { flags }) => note(`flags ${JSON.stringify(flags)}`) };
});

const effect = (kind: Kind, state: RolloutState = rolloutState()) =>
  doing(state, { effect: { n: 1, ...kind } as Effect });

const planned = (plan: Partial<RolloutState["plan"]>) => {
  const state = rolloutState();
  return { ...state, plan: { ...state.plan, ...plan } };
};

describe("the actuator", () => {
  test("EA-09 stages, shifts, promotes, and lets the engine follow what was moved without it", async () => {
    const actuator = createActuator({ traffic, deployer });
    expect(await actuator.perform(effect({ kind: "stage" }))).toEqual({
      candidate: "api-2",
      stable: "api-1",
      address: "http://127.0.0.1:1",
    });
    await actuator.perform(effect({ kind: "shift", weight: 10 }));
    await actuator.perform(effect({ kind: "promote" }));
    await actuator.settled();
    expect(done).toEqual(["stage", "weight 10", "reconcile", "promote"]);
    expect(await actuator.weight(rolloutState())).toBe(42);
  });

  test("EA-10 takes traffic back without the engine, though the engine hangs", async () => {
    const held = Promise.withResolvers<void>();
    deployer.reconcile = async () => {
      await note("reconcile begun");
      await held.promise;
      await note("reconcile done");
    };
    const actuator = createActuator({ traffic, deployer });
    await actuator.perform(effect({ kind: "shift", weight: 50 }));
    await actuator.perform(effect({ kind: "withdraw" }));
    expect(done).toEqual(["weight 50", "reconcile begun", "weight 0"]);
    const tidied = actuator.perform(effect({ kind: "tidy" }));
    held.resolve();
    await tidied;
    expect(done).toEqual([
      "weight 50",
      "reconcile begun",
      "weight 0",
      "reconcile done",
      "reconcile begun",
      "reconcile done",
      "tidy",
    ]);
  });

  test("EA-10 tells that the engine could not follow, and goes on", async () => {
    deployer.reconcile = async () => {
      throw new Error("the stack is locked");
    };
    const actuator = createActuator({ traffic, deployer });
    const withdraw = effect({ kind: "withdraw" });
    await actuator.perform(withdraw);
    await actuator.settled();
    expect(withdraw.reported).toEqual([
      "the engine's state doesn't say yet what serves; the next deployment mends that: the stack is locked",
    ]);
  });

  test("OS-08 turns the flags first, then takes the traffic", async () => {
    const state = planned({ emergency: { flags: { CONVERSATION_STORE: "mongo" }, within: "2 min" } });
    await createActuator({ traffic, deployer, emergency }).perform(effect({ kind: "withdraw" }, state));
    expect(done.slice(0, 2)).toEqual(['flags {"CONVERSATION_STORE":"mongo"}', "weight 0"]);
  });

  test("OS-08 takes the traffic though the flags can't be set, and fails so that it is tried again", async () => {
    emergency.turn = async () => {
      throw new Error("no answer within 15 s");
    };
    const state = planned({ emergency: { flags: { CONVERSATION_STORE: "mongo" }, within: "2 min" } });
    const withdraw = effect({ kind: "withdraw" }, state);
    await expect(createActuator({ traffic, emergency }).perform(withdraw)).rejects.toThrow(
      "no answer within 15 s",
    );
    expect(done).toEqual(["weight 0"]);
    expect(withdraw.reported).toEqual(["the emergency's flags are not set: no answer within 15 s"]);
    await expect(createActuator({ traffic }).perform(withdraw)).rejects.toThrow(
      "the plan has flags for an emergency, and nobody here can set them: slipway flags set does",
    );
  });

  test("P8-02 deploys nothing for a cohort; promoting turns everybody on", async () => {
    const state = rolloutState({
      stable: { image: "off" },
      candidate: { image: "assistant-2" },
      staged: { candidate: "assistant-2" },
    });
    const { staged: _, ...fresh } = state;
    const actuator = createActuator({ traffic });
    expect(await actuator.perform(effect({ kind: "stage" }, fresh))).toEqual({
      candidate: "assistant-2",
      stable: "off",
    });
    await actuator.perform(effect({ kind: "shift", weight: 5 }, state));
    await actuator.perform(effect({ kind: "promote" }, state));
    await actuator.perform(effect({ kind: "tidy" }, state));
    expect(done).toEqual(["weight 5", "weight 100"]);
  });

  test("AC-04 tests the candidate at its own address, and fails with what failed alone", async () => {
    const { url } = await serveInTest((request, response) => {
      response.writeHead(request.url === "/bad" ? 500 : 200).end();
    });
    const tests = [
      { name: "good", path: "/good" },
      { name: "bad", path: "/bad" },
    ];
    const staged = { candidate: "api-2", address: url };
    const test = effect({ kind: "test" }, { ...planned({ tests }), staged });
    await expect(createActuator({ traffic }).perform(test)).rejects.toThrow(/^bad: GET \/bad 500 in .*$/);
    expect(test.reported).toHaveLength(2);
    const unstaged = effect({ kind: "test" }, planned({ tests }));
    await expect(createActuator({ traffic }).perform(unstaged)).rejects.toThrow(
      "the candidate has no address of its own that could be asked",
    );
  });

  test("OS-06 a round with a turn that failed has failed", async () => {
    let asked = 0;
    const { url } = await serveInTest((_, response) => response.writeHead(++asked > 2 ? 500 : 200).end());
    const state = rolloutState({ staged: { candidate: "api-2", address: url } });
    const probe = (turns: number) =>
      effect({ kind: "probe", round: 1, probes: [{ name: "short", turns }] }, state);
    const turn = { path: "/chat", body: {}, withinSeconds: 5 };
    await createActuator({ traffic, turn }).perform(probe(2));
    await expect(createActuator({ traffic, turn }).perform(probe(1))).rejects.toThrow(
      "short: 0 of 1 turns answered",
    );
  });
});
