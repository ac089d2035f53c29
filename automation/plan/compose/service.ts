import { at, listAt, numberAt, textAt } from "../read.ts";
import type { Json } from "../wire.ts";
import { environmentOf, expanded, type Instance } from "./environment.ts";
import { podName, withContainerPorts } from "./front.ts";
import { HEALTH_ANNOTATION, hasUntestableProbe, healthcheck } from "./health.ts";
import { mountsOf } from "./mounts.ts";
import { composeBytes, composeCpus, quantityNumber } from "./quantity.ts";
import type { Workload } from "./workloads.ts";

/** What else than its own pod a service is made from. */
export interface Wiring {
  /** `depends_on`. */
  readonly waitsFor: Json;
  readonly networks: ReadonlyMap<string, Json>;
  readonly ports: readonly Json[];
}

/** How the container of a workload asks itself whether it is ready; undefined where it doesn't. See {@link healthcheck}. */
export function readiness({ source, container }: Workload, alone = false): Json | undefined {
  const annotation = textAt(source.body, "metadata", "annotations", HEALTH_ANNOTATION);
  return healthcheck(container, annotation, alone);
}

/** One service of a compose file: one container of a workload's pods. */
export function composeService(instance: Instance, wiring: Wiring): Json {
  const { workload, name, parts, fronts } = instance;
  const { pod, container, source, replicas, stateful } = workload;
  const environment = environmentOf(instance);
  const known = new Map(Object.entries(environment));
  const words = (field: string) =>
    listAt(container, field).map((word) => withContainerPorts(expanded(String(word), known), fronts));
  const { volumes, configs, secrets } = mountsOf(instance);
  noteWhatElse(instance);
  const copies = stateful ? 1 : replicas;
  const fields: [string, Json | undefined][] = [
    ["image", textAt(container, "image") ?? ""],
    ["pull_policy", { Always: "always", Never: "never" }[textAt(container, "imagePullPolicy") ?? ""]],
    ["hostname", podName(workload, name)],
    ["entrypoint", listed(words("command"))],
    ["command", listed(words("args"))],
    ["working_dir", textAt(container, "workingDir")],
    ["restart", "unless-stopped"],
    ["stop_grace_period", `${numberAt(pod, "terminationGracePeriodSeconds") ?? 30}s`],
    ...security(workload),
    ["environment", Object.keys(environment).length === 0 ? undefined : environment],
    ["healthcheck", readiness(workload, wiring.networks.size === 0)],
    ["depends_on", wiring.waitsFor],
    ["ports", listed(wiring.ports)],
    ["volumes", listed(volumes)],
    ["configs", listed(configs)],
    ["secrets", listed(secrets)],
    ...(wiring.networks.size === 0
      ? [["network_mode", "none"] as [string, Json]]
      : [["networks", Object.fromEntries(wiring.networks)] as [string, Json]]),
    ["deploy", { ...(copies === 1 ? {} : { replicas: copies }), ...resources(container) }],
  ];
  if (at(source.body, "spec", "replicas") === 0) parts.left.add(`${name} is declared with 0 replicas`);
  return Object.fromEntries(
    fields.filter((field): field is [string, Json] => field[1] !== undefined && !isEmptyMap(field[1])),
  );
}

function listed(items: readonly Json[]): Json | undefined {
  return items.length === 0 ? undefined : [...items];
}

function isEmptyMap(value: Json): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function security({ pod, container }: Workload): [string, Json | undefined][] {
  const own = at(container, "securityContext");
  const shared = at(pod, "securityContext");
  const either = (field: string) => numberAt(own, field) ?? numberAt(shared, field);
  const [user, group] = [either("runAsUser"), either("runAsGroup")];
  const volumesGroup = numberAt(shared, "fsGroup");
  const groups = [volumesGroup, ...listAt(shared, "supplementalGroups")].filter(
    (each): each is number => typeof each === "number" && each !== group,
  );
  const profile = textAt(own, "seccompProfile", "type") ?? textAt(shared, "seccompProfile", "type");
  const options = [
    ...(at(own, "allowPrivilegeEscalation") === false ? ["no-new-privileges:true"] : []),
    ...(profile === "Unconfined" ? ["seccomp:unconfined"] : []),
  ];
  return [
    ["user", user === undefined ? undefined : `${user}${group === undefined ? "" : `:${group}`}`],
    ["group_add", listed(groups.map(String))],
    ["read_only", at(own, "readOnlyRootFilesystem") === true ? true : undefined],
    ["privileged", at(own, "privileged") === true ? true : undefined],
    ["cap_drop", listed(listAt(own, "capabilities", "drop"))],
    ["cap_add", listed(listAt(own, "capabilities", "add"))],
    ["security_opt", listed(options)],
  ];
}

function resources(container: Json): { [key: string]: Json } {
  const stated = (kind: string): [string, Json][] => {
    const cpus = amount(at(container, "resources", kind, "cpu"));
    const memory = amount(at(container, "resources", kind, "memory"));
    return [
      ...(cpus === undefined ? [] : [["cpus", composeCpus(cpus)] as [string, Json]]),
      ...(memory === undefined ? [] : [["memory", composeBytes(memory)] as [string, Json]]),
    ];
  };
  const both = [
    ["limits", stated("limits")],
    ["reservations", stated("requests")],
  ] as const;
  const given = both.filter(([, entries]) => entries.length > 0);
  if (given.length === 0) return {};
  return {
    resources: Object.fromEntries(given.map(([name, entries]) => [name, Object.fromEntries(entries)])),
  };
}

function amount(quantity: Json | undefined): number | undefined {
  return typeof quantity === "string" || typeof quantity === "number" ? quantityNumber(quantity) : undefined;
}

/** Says what of the pod is not in the service. */
function noteWhatElse({ workload, parts }: Instance): void {
  const { pod, container, service, source } = workload;
  const names = (field: string, from: number) =>
    listAt(pod, field)
      .slice(from)
      .map((each) => textAt(each, "name") ?? "?");
  const others = [...names("initContainers", 0), ...names("containers", 1)];
  if (others.length > 0) {
    parts.left.add(`containers of ${service} beside its first one: ${others.join(", ")}`);
  }
  if (at(container, "lifecycle", "preStop", "exec") !== undefined) {
    parts.left.add(`the command of ${service} before it stops (preStop)`);
  }
  if (at(container, "lifecycle", "postStart") !== undefined) {
    parts.left.add(`what ${service} does after its start (postStart)`);
  }
  if (hasUntestableProbe(container, textAt(source.body, "metadata", "annotations", HEALTH_ANNOTATION))) {
    parts.left.add(
      `the readiness probe of ${service}: its image has no shell, or its port no number: annotate it with ${HEALTH_ANNOTATION}`,
    );
  }
}
