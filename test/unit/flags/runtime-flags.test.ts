import { expect, test } from "vitest";
import { CATALOGUE_ANNOTATION } from "../../../components/flags/catalogue.ts";
import { planFlags } from "../../../components/flags/plan.ts";
import { RuntimeFlags, type RuntimeFlagsArgs } from "../../../components/flags/runtime-flags.ts";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import { Service } from "../../../components/service/service.ts";
import { declare, find, ofType, refusal, testScope } from "../../support/declare.ts";
import { goodService } from "../../support/service.ts";
import { FLAGS, SETTINGS } from "./support.ts";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

function shopFlags(change: Partial<RuntimeFlagsArgs> = {}): RuntimeFlags {
  const scope = testScope();
  const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
  return new RuntimeFlags("shop-flags", {
    scope,
    namespace,
    name: "shop",
    flags: FLAGS,
    settings: SETTINGS,
    ...change,
  });
}

test("OS-03 flags are one object, with what each may be beside its value", async () => {
  const resources = await declare(() => shopFlags());
  expect(ofType(resources, CONFIG_MAP)).toHaveLength(1);
  expect(find(resources, CONFIG_MAP, "shop-flags").inputs).toEqual({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "shop-flags",
      namespace: "shop",
      labels: {
        "app.kubernetes.io/part-of": "shop",
        "app.kubernetes.io/managed-by": "slipway",
        "slipway.dev/environment": "production",
        "slipway.dev/flags": "shop",
      },
      annotations: { [CATALOGUE_ANNOTATION]: JSON.stringify(planFlags(FLAGS, SETTINGS).catalogue) },
    },
    data: {
      CONV_MAX_TURNS: "16",
      CONV_STORE_PRIMARY: "redis",
      CONV_TTL_SECONDS: "2592000",
      PROMPT_STYLE: "plain = short",
      SCHEMA_REPAIR_RATE_ALERT: "0.005",
      USE_UNIFIED_PIPELINE: "1",
    },
  });
});

/** What differs between a service with flags, and the same with others: types of resources. */
async function rolledBy(change: Partial<RuntimeFlagsArgs>): Promise<string[]> {
  const [before, after] = await Promise.all([{}, change].map(withFlags));
  return (before ?? [])
    .filter((one, index) => JSON.stringify(one.inputs) !== JSON.stringify(after?.[index]?.inputs))
    .map(({ type }) => type);
}

/** A service that reads its flags. */
function withFlags(change: Partial<RuntimeFlagsArgs>) {
  return declare(() => {
    const scope = testScope();
    const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
    const args = { scope, namespace, name: "shop", flags: FLAGS, settings: SETTINGS };
    const flags = new RuntimeFlags("shop-flags", { ...args, ...change });
    new Service("shop-api", {
      scope,
      service: "api",
      namespace,
      flags,
      ...goodService(),
      runtime: "kubernetes",
    });
  });
}

test("OS-03 a pod mounts what is declared, and what is overridden laid over it", async () => {
  const resources = await withFlags({});
  const { spec } = find(resources, DEPLOYMENT, "shop-api-workload-deployment").inputs as {
    spec: { template: { spec: { volumes: unknown[]; containers: { volumeMounts: unknown[] }[] } } };
  };
  expect(spec.template.spec.volumes).toContainEqual({
    name: "flags",
    projected: {
      defaultMode: 0o444,
      sources: [
        { configMap: { name: "shop-flags" } },
        { configMap: { name: "shop-flags-overrides", optional: true } },
      ],
    },
  });
  expect(spec.template.spec.containers[0]?.volumeMounts).toContainEqual({
    name: "flags",
    mountPath: "/flags",
    readOnly: true,
  });
});

test("OS-03 a flag's change, and a setting's that is read again, change one object and roll nothing", async () => {
  const off = { ...FLAGS.USE_UNIFIED_PIPELINE, default: false };
  const few = { ...SETTINGS.CONV_MAX_TURNS, value: 8 };
  expect(await rolledBy({})).toEqual([]);
  expect(await rolledBy({ flags: { ...FLAGS, USE_UNIFIED_PIPELINE: off } })).toEqual([CONFIG_MAP]);
  expect(await rolledBy({ settings: { ...SETTINGS, CONV_MAX_TURNS: few } })).toEqual([CONFIG_MAP]);
});

test("OS-03 a change of a setting that is read at the start only rolls the pods", async () => {
  const patient = { ...SETTINGS.REDIS_SOCKET_TIMEOUT_MS, value: "300 ms" } as const;
  const changed = await rolledBy({ settings: { ...SETTINGS, REDIS_SOCKET_TIMEOUT_MS: patient } });
  expect(changed).toContain(DEPLOYMENT);
});

test.each([
  [
    { name: "Shop" },
    'shop-flags: name: "Shop" must be lower-case letters, digits or "-", and begin and end with a letter or digit',
  ],
  [
    { name: "s".repeat(48) },
    `shop-flags: name: "${"s".repeat(48)}" has 48 characters; Kubernetes takes 47 here: shorten it`,
  ],
  [
    { settings: { TURNS: { kind: "count", value: 0.5, why: "w" } } },
    'shop-flags: TURNS: value: "0.5" must be a whole number, in digits',
  ],
] as const)("%j is refused before anything is registered", async (change, message) => {
  expect(await refusal(() => shopFlags(change as Partial<RuntimeFlagsArgs>))).toBe(message);
});

test("two sets of one name in a namespace are refused", async () => {
  const scope = testScope();
  const program = () => {
    const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
    const args = { scope, namespace, name: "shop", flags: FLAGS, settings: {} };
    new RuntimeFlags("one", args);
    new RuntimeFlags("other", args);
  };
  expect(await refusal(program)).toMatch(/there are two flag sets named "shop\/shop"/);
});
