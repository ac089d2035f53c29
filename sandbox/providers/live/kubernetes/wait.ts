import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesType } from "../../../models/kubernetes/declared.ts";
import { type Properties, valueAt } from "../../../models/values.ts";
import { annotation } from "./object.ts";
import { condition, type Look, type Readiness, readinessLooks } from "./readiness.ts";

/** Milliseconds between looks: the first, and the longest. */
const PACE = { first: 100, longest: 1000 };
/** Seconds that the official provider waits unless told. */
const PATIENCE = 600;

/** How long to wait for an object: the annotation, the resource's `customTimeouts`, the default. Seconds. */
export function patienceOf(object: Properties, given: number): number {
  const told = Number(annotation(object, "pulumi.com/timeoutSeconds"));
  return told > 0 ? told : given > 0 ? given : PATIENCE;
}

/** The outcome of waiting: the object as it was seen last, and why it isn't ready. */
interface Waited {
  /** Undefined when it has gone meanwhile. */
  readonly live: Properties | undefined;
  /** Empty when it is ready. */
  readonly reasons: readonly string[];
}

/**
 * Waits until a live object is ready, as the official provider does. `pulumi.com/skipAwait` skips it,
 * `pulumi.com/waitFor` says for what instead.
 *
 * @param read gives the live object; undefined when it is gone
 * @param seconds how long at most
 */
export async function waitUntilReady(
  type: KubernetesType,
  read: () => Promise<Properties | undefined>,
  look: Look,
  seconds: number,
): Promise<Waited> {
  const end = Date.now() + seconds * 1000;
  for (let pace = PACE.first; ; pace = Math.min(PACE.longest, pace * 1.5)) {
    const live = await read();
    if (live === undefined) return { live, reasons: ["it was deleted while it was waited for"] };
    const readiness = await lookAt(type, live, look);
    if (readiness.state === "ready") return { live, reasons: [] };
    if (readiness.state === "failed") return { live, reasons: readiness.reasons };
    if (Date.now() >= end) return { live, reasons: [`not ready within ${seconds} s`, ...readiness.reasons] };
    try {
      await sleep(Math.min(pace, Math.max(0, end - Date.now())), undefined, { signal: look.signal });
    } catch {
      return { live, reasons: ["cancelled while waiting", ...readiness.reasons] };
    }
  }
}

async function lookAt(type: KubernetesType, live: Properties, look: Look): Promise<Readiness> {
  if (annotation(live, "pulumi.com/skipAwait") === "true" || type.isPatch) return { state: "ready" };
  const wanted = annotation(live, "pulumi.com/waitFor");
  if (wanted !== undefined) return waitedFor(live, wanted);
  return (await readinessLooks[`${type.group}/${type.kind}`]?.(live, look)) ?? { state: "ready" };
}

/** `condition=Ready`, `condition=Ready=False`, `jsonpath={.status.phase}=Running`, or a JSON list of such. */
function waitedFor(live: Properties, wanted: string): Readiness {
  let terms = [wanted];
  if (wanted.trimStart().startsWith("[")) {
    const list: unknown = JSON.parse(wanted);
    terms = Array.isArray(list) ? list.map(String) : terms;
  }
  const reasons = terms.flatMap((term) => (holds(live, term) ? [] : [`${term} does not hold`]));
  return reasons.length === 0 ? { state: "ready" } : { state: "waiting", reasons };
}

function holds(live: Properties, term: string): boolean {
  const ofCondition = /^condition=([^=]+)(?:=(.+))?$/.exec(term);
  if (ofCondition !== null) {
    const found = condition(live, ofCondition[1] ?? "");
    return String(found?.status).toLowerCase() === (ofCondition[2] ?? "True").toLowerCase();
  }
  const ofPath = /^jsonpath=\{?\.?([^}=]+)\}?(?:=(.*))?$/.exec(term);
  if (ofPath === null)
    throw new Error(
      `pulumi.com/waitFor must be \`condition=TYPE\`, \`condition=TYPE=STATUS\` or \`jsonpath={.PATH}=VALUE\`; got "${term}"`,
    );
  const steps = (ofPath[1] ?? "").match(/[^.[\]'"]+/g) ?? [];
  const value = valueAt(live, ...steps);
  return value !== undefined && (ofPath[2] === undefined || String(value) === ofPath[2]);
}
