import { expect, test } from "vitest";
import { clusterFiles } from "../../../sandbox/kubernetes/files.ts";
import {
  apiserverFlags,
  controllerManagerFlags,
  etcdFlags,
  schedulerFlags,
} from "../../../sandbox/kubernetes/flags.ts";

const ports = { api: 1, etcd: 2, etcdPeer: 3, controllerManager: 4, scheduler: 5, kwok: 6 };
const inputs = { files: clusterFiles("/c"), ports, host: "127.0.0.1" };

test("everything listens on this machine only, and the API server on the address that is asked for", () => {
  const listening = (flags: readonly string[]) =>
    flags.filter((flag) => /^--(bind-address|listen-.*|secure-port)=/.test(flag));
  expect(listening(etcdFlags(inputs))).toEqual([
    "--listen-client-urls=http://127.0.0.1:2",
    "--listen-peer-urls=http://127.0.0.1:3",
  ]);
  expect(listening(apiserverFlags(inputs))).toEqual(["--bind-address=127.0.0.1", "--secure-port=1"]);
  expect(listening(apiserverFlags({ ...inputs, host: "10.1.2.3" }))).toEqual([
    "--bind-address=10.1.2.3",
    "--secure-port=1",
  ]);
  expect(listening(controllerManagerFlags(inputs))).toEqual(["--bind-address=127.0.0.1", "--secure-port=4"]);
  expect(listening(schedulerFlags(inputs))).toEqual(["--bind-address=127.0.0.1", "--secure-port=5"]);
});

test("the address is advertised unless it is a loopback one, which Kubernetes refuses", () => {
  const advertised = (host: string) =>
    apiserverFlags({ ...inputs, host }).filter((flag) => /advertise|reconciler/.test(flag));
  expect(advertised("127.0.0.1")).toEqual(["--endpoint-reconciler-type=none"]);
  expect(advertised("10.1.2.3")).toEqual(["--advertise-address=10.1.2.3"]);
});
