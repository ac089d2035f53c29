import { expect, test } from "vitest";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import {
  noHostPath,
  noRuntimeSocket,
  noSensitiveHostPath,
  noWritableHostPath,
} from "../../../../policies/security/pods/host-path.ts";
import { DEPLOYMENT, object, POD_SPEC } from "../kubernetes-support.ts";
import { changed, says } from "../support.ts";

const POD = "spec.template.spec";
const PATH = `${POD}.volumes[0].hostPath.path`;

function mounting(path: unknown, mount: object = { readOnly: true }) {
  const spec = {
    ...POD_SPEC,
    containers: [{ name: "a", volumeMounts: [{ name: "host", mountPath: "/host", ...mount }] }],
    volumes: [
      { name: "host", hostPath: { path } },
      { name: "own", emptyDir: {} },
    ],
  };
  return object(changed(DEPLOYMENT, POD, spec));
}

test("AC-02 a folder of the node is found, whatever is done with it", () => {
  expect(says(noHostPath, mounting("/opt/agent"))).toEqual([
    `api: ${POD}.volumes[0].hostPath mounts a folder of the node`,
  ]);
  const unknown = changed(DEPLOYMENT, `${POD}.volumes`, [
    { name: "a", hostPath: unknownValue },
    { name: "b", hostPath: { path: "/x" } },
  ]);
  expect(says(noHostPath, object(unknown))).toEqual([
    `?api: ${POD}.volumes[0].hostPath is not known before deployment`,
    `api: ${POD}.volumes[1].hostPath mounts a folder of the node`,
  ]);
});

test.each([
  ["/var/run/docker.sock", true],
  ["/run/containerd/containerd.sock", true],
  ["/run/containerd", true],
  ["/var/run/crio/crio.sock", true],
  ["/run//cri-dockerd.sock/", true],
  ["/var/log/../run", true],
  ["/", true],
  ["/var/run", true],
  ["/run/log", false],
  ["/var/log/containers", false],
])("AC-02 the socket of a runtime: %s", (path, found) => {
  expect(says(noRuntimeSocket, mounting(path))).toEqual(
    found ? [`api: ${PATH} is "${path}": it reaches the container runtime of the node`] : [],
  );
});

test.each([
  ["/etc/kubernetes/pki", '"/etc"'],
  ["/etc", "it"],
  ["/var/lib", '"/var/lib/containerd"'],
  ["/opt/../proc", "it"],
  ["/", '"/boot"'],
  ["/etcetera", undefined],
  ["/var/log/pods", undefined],
])("AC-02 what is the node's own: %s", (path, shown) => {
  expect(says(noSensitiveHostPath, mounting(path))).toEqual(
    shown === undefined ? [] : [`api: ${PATH} is "${path}", which shows ${shown} of the node`],
  );
  expect(says(noSensitiveHostPath, mounting(unknownValue))).toEqual([
    `?api: ${PATH} is not known before deployment`,
  ]);
});

test("AC-02 a folder of the node is mounted for reading only", () => {
  const at = `${POD}.containers[0].volumeMounts[0]`;
  expect(says(noWritableHostPath, mounting("/var/log"))).toEqual([]);
  expect(says(noWritableHostPath, mounting("/var/log", {}))).toEqual([
    `api: ${at} may write to "/var/log" of the node`,
  ]);
  expect(says(noWritableHostPath, mounting("/var/log", { name: "own" }))).toEqual([]);
  expect(says(noWritableHostPath, mounting("/var/log", { readOnly: unknownValue }))).toEqual([
    `?api: ${at}.readOnly is not known before deployment`,
  ]);
});
