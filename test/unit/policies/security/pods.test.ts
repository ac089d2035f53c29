import { describe, expect, test } from "vitest";
import type { Policy } from "../../../../policies/core/policy.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { pods } from "../../../../policies/security/pods/index.ts";
import * as types from "../../../../policies/types.ts";
import { DEPLOYMENT, object, POD_SPEC, PODS, withPods } from "../kubernetes-support.ts";
import { changed, resource, says } from "../support.ts";

const POD = "spec.template.spec";
const AT = `${POD}.containers[0]`;
const CONTEXT = `${AT}.securityContext`;
const deployment = (path: string, to: unknown) => object(changed(DEPLOYMENT, path, to));
const policy = (id: string) => pods.find((one) => one.id === id) as Policy;
const ofPods = pods.filter(({ id }) => id !== "namespace-restricts-pods" && id !== "pod-has-controller");

describe("the restricted standard, control by control", () => {
  /** Policy, field below the pod, what violates, what is said of it. */
  const POD_FIELDS: [id: string, field: string, value: unknown, problem: string][] = [
    ["runs-as-non-root", "securityContext.runAsNonRoot", false, "is not true: it may run as root"],
    ["runs-as-non-root", "securityContext.runAsNonRoot", undefined, "is not true: it may run as root"],
    ["runs-as-non-root", "securityContext.runAsUser", 0, "is 0: it runs as root"],
    [
      "seccomp-profile",
      "securityContext.seccompProfile.type",
      "Unconfined",
      'is "Unconfined", not "RuntimeDefault": it may make every system call',
    ],
    ["no-host-namespaces", "hostNetwork", true, "is true: it sees what is the node's"],
    ["no-host-namespaces", "hostPID", true, "is true: it sees what is the node's"],
    ["no-host-namespaces", "hostIPC", true, "is true: it sees what is the node's"],
    [
      "no-shared-processes",
      "shareProcessNamespace",
      true,
      "is true: each container sees the processes, and the secrets, of all",
    ],
  ];
  test.each(POD_FIELDS)("AC-02 %s: pod %s %s", (id, field, value, problem) => {
    const mark = policy(id).level === "advisory" ? "~" : "";
    expect(says(policy(id), object(DEPLOYMENT))).toEqual([]);
    expect(says(policy(id), deployment(`${POD}.${field}`, value))).toEqual([
      `${mark}api: ${POD}.${field} ${problem}`,
    ]);
    expect(says(policy(id), deployment(`${POD}.${field}`, unknownValue))).toEqual([
      `?api: ${POD}.${field} is not known before deployment`,
    ]);
    expect(says(policy(id), deployment(`${POD}.${field}`, []))[0]).toMatch(
      /^~?api: .* is not (a text|a number|true or false)$/,
    );
  });

  /** Policy, field below a container, what complies, what violates, what is said of it. */
  const FIELDS: [id: string, field: string, good: unknown, bad: unknown, problem: string][] = [
    ["no-privileged-container", "privileged", false, true, "is true: it may do all that its node may"],
    [
      "no-privilege-escalation",
      "allowPrivilegeEscalation",
      false,
      undefined,
      "is not false: it may become more than it began as",
    ],
    [
      "read-only-root",
      "readOnlyRootFilesystem",
      true,
      undefined,
      "is not true: who gets in may change the program",
    ],
    [
      "drops-capabilities",
      "capabilities.drop",
      ["all"],
      ["NET_RAW"],
      'does not hold "ALL": it keeps rights of root',
    ],
    ["runs-as-non-root", "runAsUser", 65_534, 0, "is 0: it runs as root"],
    ["runs-as-non-root", "runAsNonRoot", true, false, "is not true: it may run as root"],
    ["proc-mount", "procMount", "Default", "Unmasked", 'is "Unmasked": it sees what is masked in /proc'],
    [
      "apparmor-profile",
      "appArmorProfile",
      { type: "Localhost" },
      { type: "Unconfined" },
      'is "Unconfined": it takes the container\'s AppArmor profile away',
    ],
    [
      "selinux-options",
      "seLinuxOptions",
      { type: "container_engine_t", level: "s0" },
      { type: "spc_t" },
      'is "spc_t", which is no type for a container',
    ],
    ["no-host-process", "windowsOptions", {}, { hostProcess: true }, "is true: it is a process of the node"],
  ];
  test.each(FIELDS)("AC-02 %s: container %s", (id, field, good, bad, problem) => {
    const at = `${CONTEXT}.${field}`;
    expect(says(policy(id), deployment(at, good))).toEqual([]);
    const below =
      typeof bad === "object" && bad !== null && !Array.isArray(bad) ? `.${Object.keys(bad)[0]}` : "";
    expect(says(policy(id), deployment(at, bad))).toEqual([`api: ${at}${below} ${problem}`]);
    expect(says(policy(id), deployment(at, unknownValue))).toContain(
      `?api: ${at} is not known before deployment`,
    );
  });

  test("AC-02 pods of every kind are looked at, in each of their lists of containers", () => {
    for (const [type, at] of PODS) {
      for (const list of ["initContainers", "ephemeralContainers", "containers"]) {
        const open = changed(POD_SPEC, list, [{ name: "x", securityContext: { privileged: true } }]);
        expect(says(policy("no-privileged-container"), withPods(type, open))).toEqual([
          `api: ${at}.${list}[0].securityContext.privileged is true: it may do all that its node may`,
        ]);
      }
    }
  });

  test("AC-02 a container's own setting goes before its pod's", () => {
    const own = changed(DEPLOYMENT, `${POD}.securityContext`, undefined);
    const context = { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: "Localhost" } };
    const good = object(changed(own, CONTEXT, context));
    expect(says(policy("runs-as-non-root"), good)).toEqual([]);
    expect(says(policy("seccomp-profile"), good)).toEqual([]);
  });

  test("AC-02 two containers that say nothing: what their pod would say stands at the pod, once", () => {
    const silent = deployment(POD, { containers: [{ name: "a" }, { name: "b" }] });
    expect(says(policy("runs-as-non-root"), silent)).toEqual([
      `api: ${POD}.securityContext.runAsNonRoot is not true: it may run as root`,
    ]);
    expect(ofPods.filter((one) => says(one, silent).length > 0).map(({ id }) => id)).toEqual([
      "no-privilege-escalation",
      "drops-capabilities",
      "runs-as-non-root",
      "seccomp-profile",
      "read-only-root",
    ]);
  });

  test("AC-02 pods on Windows are not asked for what only Linux has", () => {
    const windows = { os: { name: "windows" }, containers: [{ name: "a" }] };
    expect(ofPods.flatMap((one) => says(one, deployment(POD, windows)))).toEqual([
      `api: ${POD}.securityContext.runAsNonRoot is not true: it may run as root`,
    ]);
    const host = {
      ...windows,
      securityContext: { runAsNonRoot: true, windowsOptions: { hostProcess: true } },
    };
    expect(ofPods.flatMap((one) => says(one, deployment(POD, host)))).toEqual([
      `api: ${POD}.securityContext.windowsOptions.hostProcess is true: it is a process of the node`,
    ]);
  });

  test("AC-02 what is misshapen is no pass", () => {
    for (const one of ofPods) {
      expect(says(one, deployment(POD, "none")), one.id).toEqual([
        expect.stringMatching(/^~?api: spec\.template\.spec is not an object$/),
      ]);
    }
    expect(says(policy("drops-capabilities"), deployment(`${CONTEXT}.capabilities`, []))).toEqual([
      `api: ${CONTEXT}.capabilities is not an object`,
    ]);
  });
});

describe("what pods may add", () => {
  const added = (...names: unknown[]) => deployment(`${CONTEXT}.capabilities.add`, names);
  test("AC-02 of the capabilities only NET_BIND_SERVICE", () => {
    const adds = policy("adds-no-capability");
    expect(says(adds, added("NET_BIND_SERVICE"))).toEqual([]);
    expect(says(adds, added("CAP_NET_BIND_SERVICE"))).toEqual([]);
    expect(says(adds, added("SYS_ADMIN", unknownValue, "ALL"))).toEqual([
      `api: ${CONTEXT}.capabilities.add[0] adds "SYS_ADMIN"; what may be added: "NET_BIND_SERVICE"`,
      `?api: ${CONTEXT}.capabilities.add[1] is not known before deployment`,
      `api: ${CONTEXT}.capabilities.add[2] adds "ALL"; what may be added: "NET_BIND_SERVICE"`,
    ]);
  });

  test("AC-02 no port of the node", () => {
    const port = (value: unknown) =>
      says(policy("no-host-port"), deployment(`${AT}.ports[0].hostPort`, value));
    expect(port(0)).toEqual([]);
    expect(port(8080)).toEqual([
      `api: ${AT}.ports[0].hostPort opens a port of the node, past the edge and network policies`,
    ]);
    expect(port(unknownValue)).toEqual([`?api: ${AT}.ports[0].hostPort is not known before deployment`]);
  });

  test.each([
    ["net.ipv4.tcp_keepalive_time", []],
    ["net/ipv4/tcp_keepalive_time", []],
    [
      "kernel.msgmax",
      [
        `api: ${POD}.securityContext.sysctls[0].name is "kernel.msgmax", which is not among those that the standard holds safe`,
      ],
    ],
    [unknownValue, [`?api: ${POD}.securityContext.sysctls[0].name is not known before deployment`]],
  ])("AC-02 a setting of the kernel: %s", (name, expected) => {
    const sysctls = deployment(`${POD}.securityContext.sysctls`, [{ name, value: "1" }]);
    expect(says(policy("safe-sysctls"), sysctls)).toEqual(expected);
  });

  test("AC-02 of the kinds of volumes those of the standard", () => {
    const volumes = [
      { name: "a", emptyDir: {} },
      { name: "b", csi: { driver: "x" } },
      { name: "c", nfs: { server: "files", path: "/" } },
      { name: "d", gitRepo: null },
      { name: "e", hostPath: { path: "/x" } },
    ];
    expect(says(policy("volume-types"), deployment(`${POD}.volumes`, volumes))).toEqual([
      `api: ${POD}.volumes[2].nfs is a kind of volume that the restricted standard does not allow`,
    ]);
  });

  test("AC-02 AppArmor's old annotation, and SELinux' user and role, are looked at, too", () => {
    const name = "container.apparmor.security.beta.kubernetes.io/api";
    const annotated = (value: unknown) =>
      says(
        policy("apparmor-profile"),
        deployment("spec.template.metadata.annotations", { [name]: value, other: "unconfined" }),
      );
    expect(annotated("runtime/default")).toEqual([]);
    expect(annotated("localhost/mine")).toEqual([]);
    expect(annotated("unconfined")).toEqual([
      `api: spec.template.metadata.annotations.${name} is "unconfined": it takes the container's AppArmor profile away`,
    ]);
    const own = { user: "system_u", role: "", level: "s0" };
    expect(says(policy("selinux-options"), deployment(`${POD}.securityContext.seLinuxOptions`, own))).toEqual(
      [`api: ${POD}.securityContext.seLinuxOptions.user is "system_u": it must be the runtime's own`],
    );
  });

  test.each([
    "livenessProbe.httpGet",
    "readinessProbe.tcpSocket",
    "startupProbe.httpGet",
    "lifecycle.postStart.httpGet",
    "lifecycle.preStop.tcpSocket",
  ])("AC-02 no host in %s", (way) => {
    const [first, ...rest] = way.split(".").reverse();
    const handler = (host: unknown) =>
      rest.reduce<unknown>((inner, key) => ({ [key]: inner }), { [first as string]: { port: 1, host } });
    const at = (host: unknown) =>
      says(policy("no-host-in-probe"), deployment(AT, { name: "api", ...(handler(host) as object) }));
    expect(at("")).toEqual([]);
    expect(at(undefined)).toEqual([]);
    expect(at("169.254.169.254")).toEqual([
      `api: ${AT}.${way}.host is "169.254.169.254": its node asks there, past the pod's network policies`,
    ]);
    expect(at(unknownValue)).toEqual([`?api: ${AT}.${way}.host is not known before deployment`]);
  });
});

describe("what is advised", () => {
  test.each([
    ["no-host-aliases", `${POD}.hostAliases`, [{ ip: "10.0.0.1", hostnames: ["db"] }]],
    ["no-interactive-container", `${AT}.tty`, true],
    ["no-interactive-container", `${AT}.stdin`, true],
    ["user-of-its-own", `${CONTEXT}.runAsUser`, 99],
  ])("%s: %s", (id, path, value) => {
    expect(says(policy(id), object(DEPLOYMENT))).toEqual([]);
    expect(says(policy(id), deployment(path, value))).toEqual([
      expect.stringMatching(new RegExp(`^~api: ${path.replaceAll(/[[\].]/g, "\\$&")} `)),
    ]);
    expect(says(policy(id), deployment(path, unknownValue))).toEqual([
      `?api: ${path} is not known before deployment`,
    ]);
  });

  test("a user is a system account's under 100, but in a pod with users of its own; root is another policy's", () => {
    const user = (id: number, spec: object = {}) =>
      says(
        policy("user-of-its-own"),
        deployment(POD, { ...POD_SPEC, ...spec, securityContext: { runAsUser: id } }),
      );
    expect(user(99)).toEqual([
      `~api: ${POD}.securityContext.runAsUser is 99, under 100: it may be a system account of the node`,
    ]);
    expect(user(100)).toEqual([]);
    expect(user(0)).toEqual([]);
    expect(user(99, { hostUsers: false })).toEqual([]);
  });

  test("nobody logs in to a container", () => {
    expect(says(policy("no-login-port"), deployment(`${AT}.ports[0].containerPort`, 22))).toEqual([
      `api: ${AT}.ports[0].containerPort is "22", where people log in`,
    ]);
    expect(says(policy("no-login-port"), deployment(`${AT}.ports[0].containerPort`, 2222))).toEqual([]);
  });
});

describe("namespace-restricts-pods", () => {
  const namespace = (labels: Record<string, unknown>, name: unknown = "shop") =>
    says(
      policy("namespace-restricts-pods"),
      resource(types.NAMESPACE, "shop", {
        metadata: {
          name,
          labels: { "pod-security.kubernetes.io/enforce": "restricted", ...labels },
        },
      }),
    );
  const VERSION = "pod-security.kubernetes.io/enforce-version";
  const at = `shop: metadata.labels.${VERSION}`;
  test.each([
    ["latest", []],
    ["v1.34", []],
    ["v1.33", [`~${at} is "v1.33": what the standard asks for since is let through`]],
    ["1.34", [`${at} is "1.34", neither "latest" nor a version such as "v1.34"`]],
    [unknownValue, [`?${at} is not known before deployment`]],
  ])("AC-02 of version %s", (version, expected) => {
    expect(namespace({ [VERSION]: version })).toEqual(expected);
    expect(namespace({ [VERSION]: version }, "kube-system")).toEqual([]);
  });

  test("AC-02 a name that is not known yet is no matter where nothing is wrong", () => {
    expect(namespace({}, unknownValue)).toEqual([]);
  });
});

describe("pod-has-controller", () => {
  const said = (metadata: object, stack = "production") =>
    says(
      policy("pod-has-controller"),
      resource(types.POD, "api", { metadata: { name: "api", ...metadata }, spec: POD_SPEC }, { stack }),
    );
  const alone =
    "api: metadata.ownerReferences is not set: it is a pod by itself, which nothing starts again or renews";

  test("a pod by itself stops production, and is shown elsewhere", () => {
    expect(said({})).toEqual([alone]);
    expect(said({ ownerReferences: [] })).toEqual([alone]);
    expect(said({}, "staging")).toEqual([`~${alone}`]);
    expect(said({ ownerReferences: [{ kind: "ReplicaSet", name: "api" }] })).toEqual([]);
    expect(said({ annotations: { "helm.sh/hook": "test" } })).toEqual([]);
    expect(said({ ownerReferences: unknownValue })).toEqual([
      "?api: metadata.ownerReferences is not known before deployment",
    ]);
    expect(said({ ownerReferences: {} })).toEqual(["api: metadata.ownerReferences is not a list"]);
  });
});
