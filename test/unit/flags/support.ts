import { setImmediate } from "node:timers/promises";
import type { V1ConfigMap } from "@kubernetes/client-node";
import type { Asked } from "../../../automation/flags/flip.ts";
import type { FlagStore } from "../../../automation/flags/store.ts";
import { CATALOGUE_ANNOTATION, FLAGS_LABEL, flagsObject } from "../../../components/flags/catalogue.ts";
import type { Flag, Setting } from "../../../components/flags/flag.ts";
import { planFlags } from "../../../components/flags/plan.ts";

/** Flags of every kind. */
export const FLAGS = {
  USE_UNIFIED_PIPELINE: { kind: "switch", default: true, why: "one pipeline", off: "0: the old one answers" },
  CONV_STORE_PRIMARY: {
    kind: "choice",
    of: ["redis", "mongo"],
    default: "redis",
    why: "where talks are kept",
  },
} satisfies Record<string, Flag>;

/** Settings of every kind, one of them read at the start only. */
export const SETTINGS = {
  CONV_TTL_SECONDS: { kind: "seconds", value: "30 days", min: "1 h", why: "how long talks are kept" },
  CONV_MAX_TURNS: { kind: "count", value: 16, min: 1, max: 100, why: "how much of a talk is kept" },
  SCHEMA_REPAIR_RATE_ALERT: { kind: "ratio", value: 0.005, why: "repairs, of all answers, that alert" },
  REDIS_SOCKET_TIMEOUT_MS: { kind: "milliseconds", value: "200 ms", reload: false, why: "patience" },
  PROMPT_STYLE: { kind: "text", value: "plain = short", why: "how it speaks" },
} satisfies Record<string, Setting>;

/** Who flips in tests. */
export const ADA: Asked = { at: "2026-11-21T14:03:05.000Z", by: "Ada <ada@shop.example>", reason: "drill" };

/** The object that holds what is declared, as a program's deployment leaves it. */
export function declaredObject(
  name = "shop",
  namespace = "shop",
  change: { flags?: Record<string, Flag>; settings?: Record<string, Setting> } = {},
): V1ConfigMap {
  const plan = planFlags(change.flags ?? FLAGS, change.settings ?? SETTINGS);
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: flagsObject(name),
      namespace,
      labels: {
        "app.kubernetes.io/part-of": "shop",
        "slipway.dev/environment": "sandbox",
        [FLAGS_LABEL]: name,
      },
      annotations: { [CATALOGUE_ANNOTATION]: JSON.stringify(plan.catalogue) },
    },
    data: { ...plan.data },
  };
}

/** A cluster's answers, from memory: versions are checked as an API server does it, and everything takes a turn. */
export class MemoryStore implements FlagStore {
  readonly objects = new Map<string, V1ConfigMap>();
  /** Writes that came second to another. */
  conflicts = 0;
  #version = 0;

  async list(): Promise<V1ConfigMap[]> {
    return [...this.objects.values()];
  }

  async read(namespace: string, name: string): Promise<V1ConfigMap | undefined> {
    await setImmediate();
    return structuredClone(this.objects.get(`${namespace}/${name}`));
  }

  async write(object: V1ConfigMap): Promise<V1ConfigMap | undefined> {
    await setImmediate();
    const key = `${object.metadata?.namespace}/${object.metadata?.name}`;
    if (this.objects.get(key)?.metadata?.resourceVersion !== object.metadata?.resourceVersion) {
      this.conflicts += 1;
      return undefined;
    }
    this.#version += 1;
    const stored = structuredClone(object);
    stored.metadata = { ...stored.metadata, resourceVersion: String(this.#version) };
    this.objects.set(key, stored);
    return structuredClone(stored);
  }

  async account(): Promise<string | undefined> {
    return undefined;
  }

  async refresh() {
    return { told: 0, pods: 0 };
  }
}
