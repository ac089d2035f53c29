import { integer } from "../rules.ts";
import {
  exactlyOne,
  integers,
  labelSelector,
  portNumber,
  portOrName,
  protocol,
  requirement,
  unique,
} from "./common.ts";
import { annotations, dnsLabel, dnsSubdomain, labels, portName, qualifiedName } from "./names.ts";
import { oneOf, type Place } from "./place.ts";
import { parseQuantity, quantity } from "./quantity.ts";

/** The largest id of a user or group. */
const MAXIMUM_ID = 2_147_483_647;

/** What the pods of a workload may be, and volumes that come from elsewhere. */
export interface PodLimits {
  /** Allowed values of `restartPolicy`; the first is the default where it is allowed to be left out. */
  readonly restartPolicies: readonly string[];
  /** Whether `restartPolicy` must be given. */
  readonly needsRestartPolicy?: boolean;
  /** Names of volume claim templates. */
  readonly claims?: readonly string[];
}

/** A template of pods: metadata and spec. */
export function podTemplate(place: Place, limits: PodLimits): void {
  place.at("metadata", "labels").follow(labels);
  place.at("metadata", "annotations").follow(annotations);
  podSpec(place.at("spec"), limits);
}

/** The spec of a pod. */
export function podSpec(spec: Place, limits: PodLimits): void {
  if (spec.isUnknown) return;
  spec.at("containers").need();
  const restart = spec.at("restartPolicy").follow(oneOf(...limits.restartPolicies));
  if (limits.needsRestartPolicy === true && !restart.isGiven)
    restart.fail(`is required, and must be one of ${limits.restartPolicies.join(", ")}`);
  integers(spec, { terminationGracePeriodSeconds: [0], activeDeadlineSeconds: [1, MAXIMUM_ID] });
  spec.at("serviceAccountName").follow(dnsSubdomain);
  spec.at("priorityClassName").follow(dnsSubdomain);
  spec.at("hostname").follow(dnsLabel);
  spec.at("subdomain").follow(dnsLabel);
  spec.at("nodeSelector").follow(labels);
  const dns = spec
    .at("dnsPolicy")
    .follow(oneOf("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")).text;
  if (dns === "None" && spec.at("dnsConfig", "nameservers").isEmpty)
    spec.at("dnsConfig", "nameservers").fail("is required with the DNS policy None");
  securityContext(spec.at("securityContext"));
  const volumes = spec.at("volumes").items;
  for (const one of volumes) volume(one);
  unique(volumes, (one) => one.at("name").text);
  const containers = [...spec.at("initContainers").items, ...spec.at("containers").items];
  unique(containers, (one) => one.at("name").text);
  const known =
    spec.at("volumes").isUnknown || volumes.some((one) => one.at("name").isUnknown)
      ? undefined
      : new Set([...volumes.map((one) => one.at("name").text), ...(limits.claims ?? [])]);
  for (const one of containers) container(one, known);
  for (const one of spec.at("initContainers").items)
    if (one.at("restartPolicy").text !== "Always")
      for (const field of ["livenessProbe", "readinessProbe", "startupProbe", "lifecycle"])
        if (one.at(field).isSet)
          one.at(field).fail("may not be set for an init container that is no sidecar");
  for (const one of spec.at("tolerations").items) toleration(one);
  for (const alias of spec.at("hostAliases").items)
    for (const name of alias.at("hostnames").items) name.follow(dnsSubdomain);
  spread(spec.at("topologySpreadConstraints").items);
  affinity(spec.at("affinity"));
}

function container(place: Place, volumes: ReadonlySet<string | undefined> | undefined): void {
  if (place.isUnknown) return;
  place.at("name").follow(dnsLabel);
  const image = place.at("image").need();
  if (image.text !== undefined && image.text !== image.text.trim())
    image.refuse("must not begin or end with a space");
  place.at("imagePullPolicy").follow(oneOf("Always", "IfNotPresent", "Never"));
  place.at("terminationMessagePolicy").follow(oneOf("File", "FallbackToLogsOnError"));
  const ports = place.at("ports").items;
  for (const port of ports) {
    port.at("containerPort").follow(portNumber);
    port.at("hostPort").follow(portNumber);
    port.at("name").follow(portName);
    port.at("protocol").follow(protocol);
  }
  unique(ports, (port) => port.at("name").text);
  for (const variable of place.at("env").items) environmentVariable(variable);
  for (const source of place.at("envFrom").items) exactlyOne(source, ["configMapRef", "secretRef"]);
  resources(place.at("resources"));
  const mounts = place.at("volumeMounts").items;
  for (const mount of mounts) {
    const path = mount.at("mountPath").need();
    if (path.text?.includes(":")) path.refuse("must not contain `:`");
    const name = mount.at("name");
    if (volumes !== undefined && name.text !== undefined && !volumes.has(name.text))
      name.fail(`names no volume of this pod (there are ${[...volumes].join(", ") || "none"})`, name.text);
    if (mount.at("subPath").isSet && mount.at("subPathExpr").isSet)
      mount.at("subPathExpr").fail("must not be set together with subPath");
  }
  unique(mounts, (mount) => mount.at("mountPath").text);
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"]) probe(place.at(name), name);
  for (const hook of ["postStart", "preStop"]) {
    const handler = place.at("lifecycle", hook);
    if (handler.isSet) {
      exactlyOne(handler, ["exec", "httpGet", "sleep", "tcpSocket"]);
      handler.at("httpGet", "port").follow(portOrName);
      handler.at("sleep", "seconds").follow(integer(0));
    }
  }
  securityContext(place.at("securityContext"));
}

function environmentVariable(place: Place): void {
  const name = place.at("name").need();
  if (name.text !== undefined && !/^[ -<>-~]+$/.test(name.text))
    name.refuse("must be printable ASCII characters without `=`");
  const source = place.at("valueFrom");
  if (!source.isSet) return;
  if (place.at("value").isSet && !place.at("value").isEmpty)
    source.fail("must not be set together with value");
  exactlyOne(source, ["configMapKeyRef", "fieldRef", "fileKeyRef", "resourceFieldRef", "secretKeyRef"]);
}

/** Requests and limits of a container or a claim. */
export function resources(place: Place): void {
  for (const [name, request] of place.at("requests").entries) {
    request.follow(quantity);
    const limit = place.at("limits", name);
    const [least, most] = [amountOf(request), amountOf(limit)];
    if (least !== undefined && most !== undefined && least > most)
      request.fail(`must be less than or equal to the limit, which is ${String(limit.value)}`, request.value);
  }
  for (const [, limit] of place.at("limits").entries) limit.follow(quantity);
}

/** The number that a quantity stands for, where it is known and right. */
export function amountOf(place: Place): number | undefined {
  const { text, number } = place;
  return text !== undefined ? parseQuantity(text) : number;
}

function probe(place: Place, name: string): void {
  if (!place.isSet) return;
  exactlyOne(place, ["exec", "grpc", "httpGet", "tcpSocket"]);
  place.at("httpGet", "port").follow(portOrName);
  place.at("httpGet", "scheme").follow(oneOf("HTTP", "HTTPS"));
  place.at("tcpSocket", "port").follow(portOrName);
  place.at("grpc", "port").follow(portNumber);
  integers(place, {
    initialDelaySeconds: [0],
    timeoutSeconds: [1],
    periodSeconds: [1],
    failureThreshold: [1],
    successThreshold: [1],
    terminationGracePeriodSeconds: [1],
  });
  const successes = place.at("successThreshold");
  if (name !== "readinessProbe" && successes.number !== undefined && successes.number > 1)
    successes.refuse("must be 1 for startup and liveness probes");
  if (name === "readinessProbe" && place.at("terminationGracePeriodSeconds").isSet)
    place.at("terminationGracePeriodSeconds").fail("must not be set for readiness probes");
}

function securityContext(place: Place): void {
  integers(place, { runAsUser: [0, MAXIMUM_ID], runAsGroup: [0, MAXIMUM_ID], fsGroup: [0, MAXIMUM_ID] });
  place.at("fsGroupChangePolicy").follow(oneOf("OnRootMismatch", "Always"));
  const profile = place.at("seccompProfile");
  const type = profile.at("type").follow(oneOf("RuntimeDefault", "Unconfined", "Localhost")).text;
  const file = profile.at("localhostProfile");
  if (type === "Localhost") file.need();
  else if (type !== undefined && file.isSet) file.fail("may only be set where the type is Localhost");
  if (place.at("privileged").value === true && place.at("allowPrivilegeEscalation").value === false)
    place.at("allowPrivilegeEscalation").fail("cannot be false where privileged is true");
}

const sourceless = new Set(["name"]);

function volume(place: Place): void {
  place.at("name").follow(dnsLabel);
  const given = place.entries
    .filter(([field, value]) => !sourceless.has(field) && value.isSet)
    .map(([field]) => field);
  if (given.length > 1) place.fail(`must have one source only (there are ${given.join(", ")})`);
  place.at("emptyDir", "sizeLimit").follow(quantity);
  if (place.at("configMap").isSet) place.at("configMap", "name").need();
  if (place.at("secret").isSet) place.at("secret", "secretName").need();
  place.at("configMap", "defaultMode").follow(integer(0, 0o777));
  place.at("secret", "defaultMode").follow(integer(0, 0o777));
}

function toleration(place: Place): void {
  place.at("key").follow(qualifiedName);
  const operator = place.at("operator").follow(oneOf("Exists", "Equal", "Gt", "Lt")).text;
  const effect = place.at("effect").follow(oneOf("NoSchedule", "PreferNoSchedule", "NoExecute"));
  if (operator === "Exists" && place.at("value").isSet && !place.at("value").isEmpty)
    place.at("value").fail("must be empty with the operator Exists");
  if (!effect.isUnknown && place.at("tolerationSeconds").isSet && effect.text !== "NoExecute")
    place.at("tolerationSeconds").fail("may only be set with the effect NoExecute");
  if (place.at("key").isEmpty && operator !== "Exists" && !place.at("operator").isUnknown)
    place.at("operator").fail("must be Exists where no key is given");
}

function spread(places: readonly Place[]): void {
  for (const place of places) {
    place.at("maxSkew").follow(integer(1));
    place.at("minDomains").follow(integer(1));
    place.at("topologyKey").need().follow(qualifiedName);
    place.at("whenUnsatisfiable").follow(oneOf("DoNotSchedule", "ScheduleAnyway"));
    place.at("nodeAffinityPolicy").follow(oneOf("Honor", "Ignore"));
    place.at("nodeTaintsPolicy").follow(oneOf("Honor", "Ignore"));
    if (place.at("minDomains").isSet && place.at("whenUnsatisfiable").text === "ScheduleAnyway")
      place.at("minDomains").fail("may only be set with DoNotSchedule");
    labelSelector(place.at("labelSelector"));
  }
  unique(places, (place) => {
    const [key, when] = [place.at("topologyKey").text, place.at("whenUnsatisfiable").text];
    return key === undefined || when === undefined ? undefined : `${key} ${when}`;
  });
}

function affinity(place: Place): void {
  for (const kind of ["podAffinity", "podAntiAffinity"]) {
    const terms = [
      ...place.at(kind, "requiredDuringSchedulingIgnoredDuringExecution").items,
      ...place.at(kind, "preferredDuringSchedulingIgnoredDuringExecution").items.map((preferred) => {
        preferred.at("weight").follow(integer(1, 100));
        return preferred.at("podAffinityTerm");
      }),
    ];
    for (const term of terms) {
      term.at("topologyKey").need().follow(qualifiedName);
      labelSelector(term.at("labelSelector"));
    }
  }
  const node = place.at("nodeAffinity");
  const required = node.at("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms");
  if (node.at("requiredDuringSchedulingIgnoredDuringExecution").isSet) required.need();
  const terms = [
    ...required.items,
    ...node.at("preferredDuringSchedulingIgnoredDuringExecution").items.map((preferred) => {
      preferred.at("weight").follow(integer(1, 100));
      return preferred.at("preference");
    }),
  ];
  for (const term of terms)
    for (const expression of term.at("matchExpressions").items) {
      expression.at("key").follow(qualifiedName);
      requirement(expression, ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]);
    }
}
