import * as k8s from "@pulumi/kubernetes";
import { secret } from "@pulumi/pulumi";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withContainerPorts } from "../../../automation/plan/compose/front.ts";
import { composeBytes, composeCpus, quantityNumber } from "../../../automation/plan/compose/quantity.ts";
import { composeProblems } from "../../support/compose-schema.ts";
import { broughtSecret, call, denyAll, deployment, metadata } from "./compose-example.ts";
import { composed } from "./compose-support.ts";
import { Thing } from "./support.ts";

const NAMES = ["api", "web", "worker", "store", "search"] as const;
const hidden = fc.stringMatching(/^[A-Za-z0-9]{12,40}$/);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("$HOME", "${X:?y}", "$$", "\n", "on", "1e3", "{}"),
);

/** What the program of one run declares. */
const systems = fc.record({
  names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 }),
  closed: fc.boolean(),
  calls: fc.uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...NAMES)), {
    selector: (pair) => pair.join(),
    maxLength: 8,
  }),
  environment: fc.dictionary(fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), text, {
    maxKeys: 4,
    noNullPrototype: true,
  }),
  values: fc.tuple(hidden, hidden, hidden),
  replicas: fc.integer({ min: 0, max: 4 }),
  probed: fc.boolean(),
  immutable: fc.boolean(),
  exposed: fc.boolean(),
});

type Drawn = typeof systems extends fc.Arbitrary<infer T> ? T : never;

function declare({
  names,
  closed,
  calls,
  environment,
  values,
  replicas,
  probed,
  immutable,
  exposed,
}: Drawn): void {
  if (closed) denyAll();
  for (const [from, to] of calls) if (names.includes(from) && names.includes(to)) call(from, to, 8080);
  new k8s.core.v1.Secret("literal", { metadata: metadata("literal"), stringData: { value: values[0] } });
  for (const name of names) {
    const brought = broughtSecret(name, "shared");
    new k8s.core.v1.ConfigMap(`${name}-config`, {
      metadata: metadata(`${name}-config`),
      immutable,
      data: { ...environment, HIDDEN: secret(values[1]), LATER: new Thing(`${name}-later`).address },
    });
    deployment(
      name,
      {
        envFrom: [{ configMapRef: { name: `${name}-config` } }],
        env: [
          { name: "INLINE", value: secret(values[2]) },
          { name: "REFERRED", valueFrom: { secretKeyRef: { name: "literal", key: "value" } } },
        ],
        ...(probed ? { readinessProbe: { httpGet: { path: "/", port: 8080 } } } : {}),
        volumeMounts: [
          brought.mount,
          { name: "config", mountPath: "/config" },
          { name: "literal", mountPath: "/l" },
        ],
      },
      {
        replicas,
        pod: {
          volumes: [
            brought.volume,
            { name: "config", configMap: { name: `${name}-config` } },
            { name: "literal", secret: { secretName: "literal", items: [{ key: "value", path: "v" }] } },
          ],
        },
      },
    );
    if (exposed) {
      new k8s.networking.v1.Ingress(name, {
        metadata: metadata(name),
        spec: { defaultBackend: { service: { name, port: { number: 80 } } } },
      });
    }
  }
}

describe("a compose file of any system", () => {
  test("is one to the schema, holds no secret, and defines all that it speaks of", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(systems, async (drawn) => {
        const { files, document, services, text: file } = await composed(() => declare(drawn));
        expect(composeProblems(file)).toEqual([]);
        for (const [path, content] of files) {
          for (const value of drawn.values) expect(content, path).not.toContain(value);
        }
        expect(Object.keys(services).sort()).toEqual(drawn.names.toSorted());
        const published = new Set<number>();
        for (const service of Object.values(services)) {
          for (const name of Object.keys(service.depends_on ?? {})) expect(services).toHaveProperty([name]);
          for (const name of Object.keys(service.networks ?? {})) {
            expect(document.networks).toHaveProperty([name]);
          }
          for (const { source } of service.secrets ?? []) expect(document.secrets).toHaveProperty([source]);
          for (const { source } of service.configs ?? []) expect(document.configs).toHaveProperty([source]);
          for (const port of service.ports ?? []) {
            const [first, last = first] = String(port.published).split("-").map(Number);
            for (let each = Number(first); each <= Number(last); each++) {
              expect(published.has(each), String(each)).toBe(false);
              published.add(each);
            }
          }
        }
        expect(circle(services)).toEqual([]);
        for (const [name, value] of Object.entries(drawn.environment)) {
          if (["HIDDEN", "LATER", "INLINE", "REFERRED"].includes(name)) continue;
          for (const service of Object.values(services)) {
            expect(String(service.environment[name]).replaceAll("$$", "$")).toBe(value);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test("keeps apart whom the policies keep apart", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(systems, async (drawn) => {
        const { services } = await composed(() => declare({ ...drawn, closed: true }));
        for (const one of drawn.names) {
          for (const other of drawn.names) {
            if (one === other) continue;
            const shared = Object.keys(services[one].networks ?? {}).filter((network) =>
              Object.keys(services[other].networks ?? {}).includes(network),
            );
            const calls = drawn.calls.some(
              ([from, to]) => [from, to].toSorted().join() === [one, other].toSorted().join(),
            );
            expect(shared.length > 0, `${one} and ${other}`).toBe(calls);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

/** Services that wait for themselves in the end. */
function circle(services: Record<string, { depends_on?: object }>): string[] {
  const waits = (name: string): string[] => Object.keys(services[name]?.depends_on ?? {});
  return Object.keys(services).filter((name) => {
    const seen = new Set<string>();
    const open = waits(name);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!seen.has(next)) open.push(...waits(next));
      seen.add(next);
    }
    return seen.has(name);
  });
}

describe("quantities", () => {
  test.each([
    ["100m", 0.1],
    ["1", 1],
    ["1.5", 1.5],
    ["128Mi", 134_217_728],
    ["1Gi", 1_073_741_824],
    ["500M", 500_000_000],
    ["1e3", 1000],
    ["2k", 2000],
    [2, 2],
    ["1gb", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%s is %s", (quantity, expected) => {
    if (expected === undefined) expect(quantityNumber(quantity)).toBeUndefined();
    else expect(quantityNumber(quantity)).toBeCloseTo(expected, 9);
  });

  test("are written as compose reads them", () => {
    expect([134_217_728, 2048, 1000, 1.5].map(composeBytes)).toEqual(["128M", "2K", "1000B", "2B"]);
    expect([0.1, 0.25, 1, 0.0001].map(composeCpus)).toEqual(["0.1", "0.25", "1", "0.001"]);
  });
});

describe("addresses of Services", () => {
  const front = { name: "api", namespace: "shop", ports: new Map([[80, 8080]]), exposed: [] };
  test.each([
    ["http://api", "http://api:8080"],
    ["http://api/path?x=api", "http://api:8080/path?x=api"],
    ["http://user:p@api.shop.svc.cluster.local/x", "http://user:p@api.shop.svc.cluster.local:8080/x"],
    ["api.shop:80", "api.shop:8080"],
    ["http://api:9090", "http://api:9090"],
    ["https://api", "https://api"],
    ["http://api.example.com", "http://api.example.com"],
    ["http://my-api", "http://my-api"],
    ["api", "api"],
    ["a,http://api,http://api.shop", "a,http://api:8080,http://api.shop:8080"],
  ])("%s is %s", (given, expected) => {
    expect(withContainerPorts(given, [front])).toBe(expected);
  });

  test("are left where the container has the Service's own port", () => {
    expect(withContainerPorts("http://api", [{ ...front, ports: new Map([[80, 80]]) }])).toBe("http://api");
  });
});
