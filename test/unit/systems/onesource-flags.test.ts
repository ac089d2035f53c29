import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { PlanResource } from "../../../automation/plan/resources.ts";
import { CATALOGUE_ANNOTATION, valueProblem } from "../../../components/flags/catalogue.ts";
import { FLAGS, SETTINGS } from "../../../systems/onesource/flags.ts";
import { BACKEND_RELEASE } from "../../../systems/onesource/release.ts";
import { differences } from "../../golden/difference.ts";
import { type Loose, objectIn, systemIn } from "./support.ts";

/** What ONESource's seed names, and what OS-09 asks to be shown and kept. */
const FILES = {
  USE_UNIFIED_PIPELINE: "1",
  CONV_STORE_PRIMARY: "redis",
  CONV_DUAL_WRITE: "0",
  FEATURE_DYNAMIC_PROMPTS: "1",
  FEATURE_SUGGESTED_ACTIONS: "1",
  CONV_TTL_SECONDS: "2592000",
  CONV_MAX_TURNS: "16",
  SCHEMA_REPAIR_RATE_ALERT: "0.005",
  REDIS_SOCKET_TIMEOUT_MS: "200",
  LLM_TIMEOUT_MS: "20000",
  RATE_LIMIT_PER_MINUTE: "30",
  DISCLAIMER: "Verify against NCC and relevant AS/NZS before use on-site",
  RETENTION_NOTICE: "Context retained for 30 days per session",
};

let before: readonly PlanResource[];
beforeAll(async () => {
  before = await systemIn("production", "onesource");
});

/** Plans again with one flag or setting declared otherwise. @returns how the plan differs */
async function differ(name: string, field: "default" | "value", value: unknown): Promise<string[]> {
  const declared = { ...FLAGS, ...SETTINGS }[name as keyof typeof FLAGS] as Loose;
  const old = declared[field];
  onTestFinished(() => {
    declared[field] = old;
  });
  declared[field] = value;
  return differences(before, await systemIn("production", "onesource"));
}

const urn = (path: string, type: string, name: string) =>
  `urn:pulumi:production::slipway::slipway:system:Onesource$${path}$${type}::${name}`;
const flagsUrn = urn("slipway:flags:RuntimeFlags", "kubernetes:core/v1:ConfigMap", "onesource-flags");

describe("flags and settings", () => {
  test("OS-03 OS-09 all of them are files, with the values of the seed", () => {
    expect(objectIn(before, "ConfigMap", "onesource-flags").data).toEqual(FILES);
  });

  test("OS-03 the backend alone has them, and what an operator sets lies over what is declared", () => {
    const { volumes, containers } = objectIn(before, "Deployment", "backend").spec.template.spec;
    expect(volumes.find(({ name }: Loose) => name === "flags").projected.sources).toEqual([
      { configMap: { name: "onesource-flags" } },
      { configMap: { name: "onesource-flags-overrides", optional: true } },
    ]);
    expect(containers[0].volumeMounts).toContainEqual({ name: "flags", mountPath: "/flags", readOnly: true });
    expect(objectIn(before, "Deployment", "frontend").spec.template.spec.volumes).toHaveLength(1);
  });

  test.each<[string, "default" | "value", unknown, string]>([
    ["USE_UNIFIED_PIPELINE", "default", false, "0"],
    ["CONV_STORE_PRIMARY", "default", "mongo", "mongo"],
    ["CONV_DUAL_WRITE", "default", true, "1"],
    ["FEATURE_DYNAMIC_PROMPTS", "default", false, "0"],
    ["FEATURE_SUGGESTED_ACTIONS", "default", false, "0"],
    ["CONV_TTL_SECONDS", "value", "7 days", "604800"],
    ["CONV_MAX_TURNS", "value", 8, "8"],
    ["SCHEMA_REPAIR_RATE_ALERT", "value", 0.01, "0.01"],
    ["REDIS_SOCKET_TIMEOUT_MS", "value", "1 s", "1000"],
    ["LLM_TIMEOUT_MS", "value", "30 s", "30000"],
    ["RATE_LIMIT_PER_MINUTE", "value", 10, "10"],
  ])(
    "OS-03 %s declared otherwise changes its own ConfigMap and nothing else",
    async (name, field, value, text) => {
      const was = FILES[name as keyof typeof FILES];
      expect(await differ(name, field, value)).toEqual([
        `~ ${flagsUrn}`,
        `    inputs.data.${name}: "${was}" → "${text}"`,
      ]);
    },
  );

  test("OS-09 what the log holds is read at the start: hashes and lengths; a change of it rolls the backend", async () => {
    const config = (resources: readonly PlanResource[]) => {
      const [container] = objectIn(resources, "Deployment", "backend").spec.template.spec.containers;
      return objectIn(resources, "ConfigMap", container.envFrom[0].configMapRef.name).data;
    };
    expect(config(before)).toMatchObject({ LOG_CONTENT: "hash-and-length", FLAGS_DIR: "/flags" });
    const changed = await differ("LOG_CONTENT", "value", "none");
    expect(changed.filter((line) => line.startsWith("~")).map((line) => line.split("::").at(-1))).toEqual([
      "onesource-flags",
      "onesource-backend-workload-deployment",
      "onesource-backend-workload-config",
    ]);
  });
});

describe("bounds", () => {
  const catalogue = (): Loose =>
    JSON.parse(objectIn(before, "ConfigMap", "onesource-flags").metadata.annotations[CATALOGUE_ANNOTATION]);

  test.each([
    ["CONV_TTL_SECONDS", "2592001", '"2592001" must be a whole number of seconds from 3600 to 2592000'],
    ["CONV_STORE_PRIMARY", "postgres", '"postgres" must be one of redis, mongo'],
    ["USE_UNIFIED_PIPELINE", "off", '"off" must be 1 or 0'],
    ["LLM_TIMEOUT_MS", "60000", '"60000" must be a whole number of milliseconds from 1000 to 55000'],
  ])("OS-03 OS-09 no operator sets %s to %s", (name, value, problem) => {
    expect(valueProblem(catalogue()[name], value)).toBe(problem);
  });

  test("OS-08 the emergency's flags are among them, with values that they may have, other than they are", () => {
    const { flags, within } = BACKEND_RELEASE.emergency ?? { flags: {}, within: "" };
    expect(flags).toEqual({ USE_UNIFIED_PIPELINE: "0", CONV_STORE_PRIMARY: "mongo" });
    expect(within).toBe("2 min");
    for (const [name, value] of Object.entries(flags)) {
      expect(valueProblem(catalogue()[name], value)).toBeUndefined();
      expect(FILES[name as keyof typeof FILES]).not.toBe(value);
      // A flag, which takes effect while everything runs.
      expect(Object.keys(FLAGS)).toContain(name);
    }
  });

  test("OS-08 each kill switch says to an operator what it does", () => {
    for (const name of Object.keys(FLAGS)) {
      if (name !== "CONV_DUAL_WRITE") expect(catalogue()[name].off, name).not.toBeUndefined();
    }
  });
});
