import { at, entriesAt, listAt, numberAt, textAt } from "../read.ts";
import type { Json } from "../wire.ts";
import { type Front, podName, withContainerPorts } from "./front.ts";
import { configMapOf, secretValues } from "./lookup.ts";
import type { Parts } from "./parts.ts";
import { quantityNumber } from "./quantity.ts";
import { isMarked, renamed, variable } from "./variables.ts";
import type { Source, Workload } from "./workloads.ts";

/** What one instance of a workload is made from. */
export interface Instance {
  readonly workload: Workload;
  /** Name of its service. */
  readonly name: string;
  readonly sources: readonly Source[];
  /** All Services of the system. */
  readonly fronts: readonly Front[];
  readonly parts: Parts;
}

/** The variables of a container, by name; the same as in a cluster but for what {@link withContainerPorts} says. */
export function environmentOf(instance: Instance): Record<string, string> {
  const { workload, fronts } = instance;
  const values = new Map<string, string>(
    listAt(workload.container, "envFrom").flatMap((from) => environmentFrom(from, instance)),
  );
  for (const entry of listAt(workload.container, "env")) {
    const name = textAt(entry, "name");
    if (name === undefined) continue;
    const value = entryValue(entry, name, values, instance);
    if (value !== undefined) values.set(name, value);
  }
  return Object.fromEntries(
    [...values]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [
        name,
        isMarked(value) ? renamed(value, `${workload.service} ${name}`) : withContainerPorts(value, fronts),
      ]),
  );
}

/** A text of a container with `$(NAME)` replaced by that variable's value, as Kubernetes does. */
export function expanded(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([A-Za-z_.-][\w.-]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? "$" : (values.get(name) ?? whole),
  );
}

function environmentFrom(from: Json, instance: Instance): [string, string][] {
  const { workload, sources, parts } = instance;
  const prefix = textAt(from, "prefix") ?? "";
  const mapName = textAt(from, "configMapRef", "name");
  if (mapName !== undefined) {
    const map = configMapOf(mapName, workload, sources);
    const data = entriesAt(map?.body, "data").filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    );
    if (map !== undefined) parts.used.add(map.object.urn);
    const whole = textAt(map?.body, "data");
    if ((map === undefined && at(from, "configMapRef", "optional") !== true) || whole !== undefined) {
      const name = isMarked(mapName) ? "a ConfigMap whose name is not known yet" : `the ConfigMap ${mapName}`;
      parts.left.add(`variables of ${workload.service} from ${name}: the plan doesn't have them`);
    }
    return data.map(([key, value]) => [`${prefix}${key}`, value]);
  }
  const secretName = textAt(from, "secretRef", "name");
  if (secretName === undefined) return [];
  const known = isMarked(secretName) ? undefined : secretValues(secretName, workload.namespace, sources);
  if (known === undefined) {
    parts.left.add(`variables of ${workload.service} from a whole Secret: the plan doesn't have their names`);
    return [];
  }
  return known.map(({ key, origin }) => [`${prefix}${key}`, variable(`${workload.service} ${key}`, origin)]);
}

function entryValue(
  entry: Json,
  name: string,
  values: ReadonlyMap<string, string>,
  { workload, name: instance, sources, parts }: Instance,
): string | undefined {
  const plain = textAt(entry, "value");
  const from = at(entry, "valueFrom");
  if (from === undefined) return expanded(plain ?? "", values);
  const mapName = textAt(from, "configMapKeyRef", "name");
  if (mapName !== undefined) {
    const map = configMapOf(mapName, workload, sources);
    if (map !== undefined) parts.used.add(map.object.urn);
    const value = textAt(map?.body, "data", textAt(from, "configMapKeyRef", "key") ?? "");
    if (value !== undefined || at(from, "configMapKeyRef", "optional") === true) return value;
    return variable(`${workload.service} ${name}`, "of a ConfigMap that the plan does not have");
  }
  if (at(from, "secretKeyRef") !== undefined) {
    if (at(from, "secretKeyRef", "optional") === true) return undefined;
    return variable(`${workload.service} ${name}`, "a secret");
  }
  const field = textAt(from, "fieldRef", "fieldPath");
  if (field === "metadata.namespace") return workload.namespace;
  if (field === "metadata.name") return podName(workload, instance) ?? instance;
  // A set's pod finds itself by its name; others have none that is known before they are there.
  if (field === "status.podIP" && workload.stateful) return podName(workload, instance);
  const label = /^metadata\.labels\['(.+)'\]$/.exec(field ?? "")?.[1];
  if (label !== undefined) return workload.podLabels[label];
  const amount = resourceAmount(from, workload.container);
  if (amount !== undefined) return amount;
  parts.left.add(
    `the variable ${name} of ${workload.service}: it is of a pod (${field ?? "resourceFieldRef"})`,
  );
  return undefined;
}

function resourceAmount(from: Json, container: Json): string | undefined {
  const [kind, name] = (textAt(from, "resourceFieldRef", "resource") ?? "").split(".");
  if (kind === undefined || name === undefined) return undefined;
  const stated = at(container, "resources", kind, name);
  const quantity =
    typeof stated === "string" || typeof stated === "number" ? quantityNumber(stated) : undefined;
  const divisor = quantityNumber(
    textAt(from, "resourceFieldRef", "divisor") ?? numberAt(from, "resourceFieldRef", "divisor") ?? "1",
  );
  if (quantity === undefined) return undefined;
  return String(Math.ceil(quantity / (divisor === undefined || divisor === 0 ? 1 : divisor)));
}
