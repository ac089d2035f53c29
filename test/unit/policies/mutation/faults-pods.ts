import type { PolicyResource } from "../../../../policies/core/policy.ts";
import { DEPLOYMENT, LIMIT_RANGE, STATEFUL_SET } from "../../../../policies/types.ts";
import { becomes, type Fault, type Loose, more, podBecomes, podOf } from "./fault.ts";

const container = (path: string, ...rest: [to: unknown, expects: string, options?: Pick<Fault, "where">]) =>
  podBecomes(`containers[0].${path}`, ...rest);

/** Workloads that take requests: with a port, and probes that ask it. */
const serving: Pick<Fault, "where"> = {
  where: (_, __, resource) => podOf(resource)?.containers?.[0]?.readinessProbe !== undefined,
};
const asksByHttp: Pick<Fault, "where"> = {
  where: (_, __, resource) => podOf(resource)?.containers?.[0]?.livenessProbe?.httpGet !== undefined,
};
const limited: Pick<Fault, "where"> = {
  where: (_, __, resource) => podOf(resource)?.containers?.[0]?.resources?.limits?.memory !== undefined,
};
/** Where no LimitRange gives a container what it doesn't say. */
const unbounded: Pick<Fault, "where"> = {
  where: (props, system, resource) =>
    podOf(resource)?.containers?.[0]?.resources?.limits?.memory !== undefined &&
    !system.some(
      ({ type, props: other }) =>
        type === LIMIT_RANGE && (other as Loose).metadata.namespace === props.metadata.namespace,
    ),
};
const production: Pick<Fault, "where"> = {
  where: (props, __, { urn, type }) =>
    urn.startsWith("urn:pulumi:production::") &&
    type === DEPLOYMENT &&
    podOf({ props, type } as PolicyResource)?.containers?.[0]?.readinessProbe !== undefined,
};
/** Pods that wait before they stop. */
const stopping: Pick<Fault, "where"> = {
  where: (_, __, resource) => podOf(resource)?.containers?.[0]?.lifecycle?.preStop !== undefined,
};
const volume = (source: object) => more({ name: "seeded", ...source });

/** What a pod and its containers may not be. */
export const podFaults: readonly Fault[] = [
  container("securityContext.privileged", true, "no-privileged-container"),
  container("securityContext.allowPrivilegeEscalation", true, "no-privilege-escalation"),
  container("securityContext.capabilities.drop", undefined, "drops-capabilities"),
  container("securityContext.capabilities.drop", ["NET_RAW"], "drops-capabilities"),
  container("securityContext.capabilities.add", ["SYS_ADMIN"], "adds-no-capability"),
  container("securityContext.capabilities.add", ["NET_RAW"], "adds-no-capability"),
  container("securityContext.runAsNonRoot", false, "runs-as-non-root"),
  container("securityContext.runAsUser", 0, "runs-as-non-root"),
  container("securityContext.runAsUser", 33, "user-of-its-own"),
  container("securityContext.readOnlyRootFilesystem", undefined, "read-only-root"),
  container("securityContext.readOnlyRootFilesystem", false, "read-only-root"),
  container("securityContext.seccompProfile", { type: "Unconfined" }, "seccomp-profile"),
  container("securityContext.appArmorProfile", { type: "Unconfined" }, "apparmor-profile"),
  container("securityContext.seLinuxOptions", { user: "system_u" }, "selinux-options"),
  container("securityContext.procMount", "Unmasked", "proc-mount"),
  container("securityContext.windowsOptions", { hostProcess: true }, "no-host-process"),
  podBecomes("hostNetwork", true, "no-host-namespaces"),
  podBecomes("hostPID", true, "no-host-namespaces"),
  podBecomes("hostIPC", true, "no-host-namespaces"),
  podBecomes("hostAliases", [{ ip: "10.0.0.1", hostnames: ["db"] }], "no-host-aliases"),
  podBecomes("shareProcessNamespace", true, "no-shared-processes"),
  podBecomes("securityContext.sysctls", [{ name: "kernel.msgmax", value: "1" }], "safe-sysctls"),
  podBecomes("volumes", volume({ hostPath: { path: "/srv" } }), "no-host-path"),
  podBecomes("volumes", volume({ hostPath: { path: "/var/run/docker.sock" } }), "no-runtime-socket"),
  podBecomes("volumes", volume({ hostPath: { path: "/etc" } }), "no-sensitive-host-path"),
  podBecomes("volumes", volume({ nfs: { server: "nfs", path: "/" } }), "volume-types"),
  podBecomes("volumes", volume({ secret: { secretName: "a", defaultMode: 0o666 } }), "secret-files-private"),
  podBecomes(
    "volumes",
    volume({ projected: { sources: [{ serviceAccountToken: { path: "t", expirationSeconds: 31536000 } }] } }),
    "short-lived-token",
  ),
  podBecomes("volumes", volume({ emptyDir: {} }), "scratch-space-bounded"),
  podBecomes("volumes", volume({ configMap: { name: "nobody" } }), "config-map-exists"),
  podBecomes("volumes", volume({ persistentVolumeClaim: { claimName: "nobody" } }), "volume-claim-exists"),
  podBecomes("serviceAccountName", undefined, "no-default-service-account"),
  podBecomes("serviceAccountName", "default", "no-default-service-account"),
  podBecomes("serviceAccountName", "nobody", "service-account-exists"),
  container("ports[0].hostPort", 8080, "no-host-port", serving),
  container("ports", more({ containerPort: 22, name: "ssh" }), "no-login-port"),
  container("stdin", true, "no-interactive-container"),
  container("image", "nginx:latest", "pinned-image"),
  container("image", "nginx", "pinned-image"),
  container("image", "k8s.gcr.io/pause:3.9", "registry-in-service"),
  container("imagePullPolicy", "Never", "image-pulled"),
  container("command", ["app", "--password=correct-horse-9battery"], "no-secret-in-command"),
  container("env", more({ name: "DB_PASSWORD", value: "hunter2" }), "no-secret-in-environment"),
  container("env", more({ name: "URL", value: "postgres://a:hunter2@db/x" }), "no-secret-in-environment"),
  container(
    "env",
    more({ name: "TOKEN", valueFrom: { secretKeyRef: { name: "a", key: "b" } } }),
    "no-secret-in-environment",
  ),
  container("envFrom", more({ secretRef: { name: "a" } }), "no-secret-in-environment"),
  container(
    "env",
    (old: Loose) => [...(old ?? []), { name: "A", value: "1" }, { name: "A", value: "2" }],
    "variable-stated-once",
  ),
  container("resources.requests", undefined, "resources-requested", unbounded),
  container("resources.limits.memory", undefined, "resources-requested", unbounded),
  container("resources.limits.memory", "1Mi", "limit-covers-request", limited),
  container("resources.requests.memory", "1Mi", "memory-not-overcommitted", limited),
  container("startupProbe", undefined, "probes-complete", serving),
  container("livenessProbe", undefined, "probes-complete", serving),
  container("readinessProbe", undefined, "probes-complete", serving),
  container("readinessProbe.successThreshold", 0, "probe-accepted", serving),
  container("readinessProbe.timeoutSeconds", 3600, "probe-answers-in-time", serving),
  container("readinessProbe.httpGet.port", 9999, "probe-port-exists", asksByHttp),
  container("readinessProbe.httpGet.host", "example.com", "no-host-in-probe", asksByHttp),
  container("startupProbe.failureThreshold", 1, "start-has-time", serving),
  podBecomes(
    "containers[0]",
    ({ startupProbe: _, ...old }: Loose) => ({
      ...old,
      livenessProbe: { ...old.livenessProbe, initialDelaySeconds: 120 },
    }),
    "slow-start-probed",
    serving,
  ),
  container("livenessProbe.failureThreshold", 1, "liveness-acts-last", serving),
  container(
    "livenessProbe.exec",
    { command: ["sh", "-c", "curl http://db:5432"] },
    "liveness-of-its-own",
    serving,
  ),
  podBecomes("terminationGracePeriodSeconds", 1, "graceful-shutdown", stopping),
  podBecomes("topologySpreadConstraints", undefined, "pods-spread", production),
  podBecomes(
    "topologySpreadConstraints[0].labelSelector",
    { matchLabels: { app: "other" } },
    "spread-selects-own-pods",
    {
      where: (_, __, resource) => podOf(resource)?.topologySpreadConstraints !== undefined,
    },
  ),
  becomes(
    [DEPLOYMENT, STATEFUL_SET],
    "spec.selector",
    { matchLabels: { app: "other" } },
    "selector-matches-pods",
  ),
  becomes([DEPLOYMENT, STATEFUL_SET], "spec.revisionHistoryLimit", 0, "rollback-possible"),
  becomes(DEPLOYMENT, "spec.minReadySeconds", 0, "pods-settle", production),
  becomes(DEPLOYMENT, "spec.progressDeadlineSeconds", 1, "rollout-fails-in-time"),
  becomes(DEPLOYMENT, "spec.strategy", { type: "Recreate" }, "rollout-keeps-serving", production),
  becomes(
    DEPLOYMENT,
    "spec.strategy.rollingUpdate",
    { maxUnavailable: "100%", maxSurge: 0 },
    "rollout-keeps-serving",
    serving,
  ),
];
