import { isObject, type Properties, valueAt } from "../../../models/values.ts";
import type { Look } from "./readiness.ts";

/** Lines that one refusal quotes at most. */
const MAXIMUM_LINES = 8;

/** Conditions of these types that hold and say something. */
export function conditionsReason(live: Properties, types: readonly string[]): string[] {
  const conditions = valueAt(live, "status", "conditions");
  if (!Array.isArray(conditions)) return [];
  return conditions
    .filter(isObject)
    .filter(({ type, message }) => types.includes(String(type)) && message)
    .map(({ type, message }) => `${String(type)}: ${String(message)}`);
}

/** Why the pods of a workload (or a pod, or a claim) aren't well: what they wait for, how they ended, warnings about them. */
export async function podsReasons(live: Properties, { client, signal }: Look): Promise<string[]> {
  const namespace = String(valueAt(live, "metadata", "namespace") ?? "default");
  const selector = selectorText(valueAt(live, "spec", "selector"));
  const pods =
    live.kind === "Pod"
      ? [live]
      : selector === undefined || live.kind === "PersistentVolumeClaim"
        ? []
        : await client.list(`/api/v1/namespaces/${namespace}/pods`, { labelSelector: selector }, signal);
  const lines = pods.flatMap(podReasons);
  const name = String(valueAt(live, "metadata", "name"));
  const events = await client.list(
    `/api/v1/namespaces/${namespace}/events`,
    { fieldSelector: "type=Warning", limit: "200" },
    signal,
  );
  const warnings = events
    .filter(({ involvedObject }) => {
      const about = String(valueAt(involvedObject, "name") ?? "");
      return about === name || about.startsWith(`${name}-`);
    })
    .map(({ reason, message }) => `${String(reason)}: ${String(message)}`);
  return [...new Set([...lines, ...warnings])].slice(0, MAXIMUM_LINES);
}

function podReasons(pod: Properties): string[] {
  const name = String(valueAt(pod, "metadata", "name"));
  const statuses = ["initContainerStatuses", "containerStatuses"].flatMap((field) => {
    const list = valueAt(pod, "status", field);
    return Array.isArray(list) ? list.filter(isObject) : [];
  });
  const containers = statuses.flatMap((status) => {
    if (status.ready === true) return [];
    const state = ["waiting", "terminated"]
      .map((kind) => valueAt(status, "state", kind))
      .find((found) => isObject(found)) as Properties | undefined;
    if (state === undefined) return [`pod ${name}: container ${String(status.name)} is not ready`];
    const detail =
      state.message ?? (state.exitCode === undefined ? undefined : `exit code ${String(state.exitCode)}`);
    return state.reason === "Completed"
      ? []
      : [
          `pod ${name}: container ${String(status.name)}: ${String(state.reason)}${detail === undefined ? "" : ` (${String(detail)})`}`,
        ];
  });
  const conditions = valueAt(pod, "status", "conditions");
  const scheduled = (Array.isArray(conditions) ? conditions.filter(isObject) : []).find(
    ({ type, status }) => type === "PodScheduled" && status === "False",
  );
  return [...(scheduled ? [`pod ${name}: not scheduled: ${String(scheduled.message)}`] : []), ...containers];
}

/** Why a service has no ready endpoint; [] when it has one. */
export async function endpointsReason(live: Properties, { client, signal }: Look): Promise<string[]> {
  const namespace = String(valueAt(live, "metadata", "namespace") ?? "default");
  const name = String(valueAt(live, "metadata", "name"));
  const slices = await client.list(
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`,
    { labelSelector: `kubernetes.io/service-name=${name}` },
    signal,
  );
  const endpoints = slices.flatMap(({ endpoints }) => (Array.isArray(endpoints) ? endpoints : []));
  if (endpoints.some((endpoint) => valueAt(endpoint, "conditions", "ready") !== false)) return [];
  const selector = selectorText(valueAt(live, "spec", "selector"));
  return [
    endpoints.length === 0
      ? `no pod has the labels that it selects (${selector ?? ""})`
      : `none of its ${endpoints.length} pods is ready`,
  ];
}

/** A selector as a query writes it; undefined where there is none. */
function selectorText(selector: unknown): string | undefined {
  if (!isObject(selector)) return undefined;
  const isPlain = !("matchLabels" in selector) && !("matchExpressions" in selector);
  const labels = isPlain ? selector : isObject(selector.matchLabels) ? selector.matchLabels : {};
  const expressions = Array.isArray(selector.matchExpressions)
    ? selector.matchExpressions.filter(isObject)
    : [];
  const texts = [
    ...Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`),
    ...expressions.map(({ key, operator, values }) => {
      const list = Array.isArray(values) ? values.join(",") : "";
      if (operator === "Exists") return String(key);
      if (operator === "DoesNotExist") return `!${String(key)}`;
      return `${String(key)} ${operator === "In" ? "in" : "notin"} (${list})`;
    }),
  ];
  return texts.length === 0 ? undefined : texts.join(",");
}
