import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseNetwork, instanceNames } from "../../../sandbox/kubernetes/real/instance.ts";
import { networkPlan } from "../../../sandbox/kubernetes/real/network.ts";

test("names follow from the folder alone, and differ between folders", () => {
  expect(instanceNames("/a")).toEqual(instanceNames("/a"));
  expect(instanceNames("/a").id).toMatch(/^[0-9a-f]{8}$/);
  expect(instanceNames("/a").link).not.toBe(instanceNames("/b").link);
  expect(instanceNames("/a").link.length).toBeLessThanOrEqual(15);
});

test("the same id gets the same network, and the next one where that is taken", () => {
  expect(chooseNetwork("00000000", ["real-1", "real-2"], ["default", "192.0.2.0/24"])).toEqual({
    host: "10.200.0.1",
    nodeRange: "10.200.0.0/24",
    podRange: "10.200.128.0/17",
    nodes: [
      { name: "real-1", address: "10.200.0.11", podRange: "10.200.129.0/24", podGateway: "10.200.129.1" },
      { name: "real-2", address: "10.200.0.12", podRange: "10.200.130.0/24", podGateway: "10.200.130.1" },
    ],
  });
  expect(chooseNetwork("00000000", ["real-1"], ["10.200.4.0/24"]).host).toBe("10.201.0.1");
});

test("a network that a route leads into is never chosen", () => {
  const numbers = Array.from({ length: 40 }, (_, index) => 200 + index);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.subarray(numbers, { maxLength: 39 }),
      (id, taken) => {
        const routes = taken.map((number) => `10.${number}.0.0/24`);
        const { host } = chooseNetwork(id.toString(16).padStart(8, "0"), ["real-1"], routes);
        expect(taken).not.toContain(Number(host.split(".")[1]));
      },
    ),
  );
  const all = numbers.map((number) => `10.${number}.0.0/16`);
  expect(() => chooseNetwork("00000000", ["real-1"], all)).toThrow("10.200.0.0/16 to 10.239.0.0/16");
});

test("the machine gets one interface and the routes to pods; all else is within the nodes", () => {
  const network = chooseNetwork("00000000", ["real-1", "real-2"], []);
  const plan = networkPlan("slw-00000000", network, [{ pid: 11 }, { pid: 12 }]);
  expect(plan.filter(({ within }) => within === undefined).flatMap(({ lines }) => lines)).toEqual([
    "link add slw-00000000 type veth peer name machine0 netns 11",
    "addr add 10.200.0.1/24 dev slw-00000000",
    "link set slw-00000000 up",
    "route add 10.200.129.0/24 via 10.200.0.11",
    "route add 10.200.130.0/24 via 10.200.0.12",
  ]);
  expect(plan.filter(({ within }) => within?.pid === 12).flatMap(({ lines }) => lines)).toEqual([
    "addr add 10.200.0.12/24 dev node0",
    "link set node0 up",
    "route add default via 10.200.0.1",
    "route add 10.200.129.0/24 via 10.200.0.11",
  ]);
});
