import { describe, expect, test } from "vitest";
import { Namespace } from "../../../components/kubernetes/namespace.ts";
import { Service, type ServiceArgs } from "../../../components/service/service.ts";
import { declare, find, ofType, refusal, testScope } from "../../support/declare.ts";
import { goodService } from "../../support/service.ts";

type Change = Partial<ServiceArgs> & { readonly name?: string };

/** What a service on Kubernetes is refused with. */
function refused({ name = "api", ...change }: Change): Promise<string> {
  return refusal(() => {
    const scope = testScope();
    const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
    new Service("shop-api", {
      scope,
      service: name,
      namespace,
      ...goodService(),
      runtime: "kubernetes",
      ...change,
    });
  });
}

const scaling = goodService().scaling;
const probes = goodService().probes;

describe("a service on Kubernetes is refused at declaration", () => {
  const cases: [string, Change, string][] = [
    [
      "a name longer than 63",
      { name: "a".repeat(64) },
      `api: name: "${"a".repeat(64)}" must be 2 to 26 lower-case letters, digits or "-", begin with a letter and not end with "-"`,
    ],
    [
      "a quantity like 1gb",
      // biome-ignore lint/suspicious/noExplicitAny: what plain JavaScript may say
      { resources: { cpu: 1, memory: "1gb" as any } },
      'api: "1gb" is not an amount of memory: write a number, one blank and a unit (MiB, GiB)',
    ],
    ["a port of 70000", { port: 70_000 }, "api: port: 70000 must be a whole number from 1 to 65535"],
    [
      "a probe's port of 70000",
      { probes: { ...probes, liveness: { ...probes.liveness, port: 70_000 } } },
      "api: probes.liveness.port: 70000 must be a whole number from 1 to 65535",
    ],
    [
      "an impossible startup budget",
      { probes: { ...probes, startup: { path: "/", period: "60 s", failureThreshold: 10 } } },
      "api: probes.startup: 60 s × 10 allows 600 s, but a rollout is given up after 600 s, of which pulling the image takes up to 60; lower the period or the threshold, or make it start faster",
    ],
    [
      "a budget that blocks every eviction",
      { scaling: { ...scaling, min: 3, minAvailable: 3 } },
      "api: scaling: minAvailable: 3 of 3 pods blocks every eviction, and with it each upgrade of a node; use 0 to 2, or run 4 pods or more",
    ],
    [
      "a label's value that is none",
      { labels: { team: "a team!" } },
      'api: labels["team"]: "a team!" is no label\'s value: letters, digits, "-", "_" and ".", a letter or digit at both ends',
    ],
    [
      "an autoscaler down to no pod",
      { scaling: { ...scaling, min: 0 } },
      "api: scaling.min: 0: Kubernetes' autoscaler keeps at least 1; only Cloud Run goes down to none",
    ],
    [
      "traffic by revision",
      { traffic: [{ revision: "latest", percent: 100 }] },
      "api: traffic: it names revisions, which Kubernetes has none of; declare a `candidate` instead",
    ],
    [
      "a candidate with more than everything",
      { candidate: { image: "shop/api:2", percent: 101 } },
      "api: candidate.percent: 101 must be a whole number from 0 to 100",
    ],
    [
      "no namespace",
      { namespace: undefined as unknown as Namespace },
      'api: runtime: "kubernetes" needs a `namespace` to run in',
    ],
    [
      "an emergency that turns a flag which is not there",
      {
        release: {
          strategy: "canary",
          steps: [{ weight: 100, hold: "1 h" }],
          gates: ["availability"],
          emergency: { flags: { NEW_CART: "0" }, within: "2 min" },
        },
      },
      'api: release.emergency.flags: there is no "NEW_CART" to turn; give the service `flags`',
    ],
    ["root", { user: 0 }, "api: user: 0 must be a whole number from 1 to 2147483647"],
    [
      "an outside without a reason",
      { reaches: [{ to: "internet", why: " " }] },
      "api: reaches[0].why: say what for",
    ],
    [
      "an outside that is nowhere",
      { reaches: [{ to: "everywhere" as "internet", why: "x" }] },
      'api: reaches[0].to: "everywhere" must be "internet", "google-apis" or a range such as "203.0.113.0/24"',
    ],
    [
      "replicas, by a transform, beside its autoscaler",
      {
        transform: {
          deployment: (args) => ({ ...args, spec: { ...(args.spec as object), replicas: 5 } as never }),
        },
      },
      "api: deployment: replicas 5 would be set back at each deployment, against the autoscaler; state scaling.min and scaling.max",
    ],
    [
      "an autoscaler on a workload whose requests a transform took away",
      {
        transform: {
          deployment: (args) => {
            // biome-ignore lint/suspicious/noExplicitAny: reaches deep into what a transform is given
            const spec = args.spec as any;
            const pod = spec.template.spec;
            const containers = pod.containers.map((container: object) => ({ ...container, resources: {} }));
            return {
              ...args,
              spec: { ...spec, template: { ...spec.template, spec: { ...pod, containers } } },
            };
          },
        },
      },
      "api: deployment: the container requests no CPU, so the autoscaler has nothing to measure its use against; leave its requests, or state resources.cpu",
    ],
  ];

  test.each(cases)("with %s", async (_what, change, expected) => {
    expect(await refused(change)).toBe(expected.replace(/^api/, change.name ?? "api"));
  });

  test("with what only Kubernetes has, on Cloud Run", async () => {
    const message = await refusal(() => {
      const scope = testScope();
      new Service("shop-api", {
        scope,
        service: "api",
        ...goodService(),
        scaling: { ...scaling, memoryPercent: 80, minAvailable: 1 },
        candidate: { image: "shop/api:2", percent: 10 },
      });
    });
    expect(message).toContain(
      'candidate: Cloud Run knows no such thing; name its revision in `traffic`, or set `runtime: "kubernetes"`',
    );
    expect(message).toContain("scaling.memoryPercent: Cloud Run knows no such thing");
  });
});

describe("what is there already", () => {
  test("is adopted by the id that Kubernetes gives it, child by child", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const namespace = new Namespace("shop-namespace", {
        scope,
        namespace: "shop",
        adopt: { namespace: "shop" },
      });
      new Service("shop-api", {
        scope,
        service: "api",
        namespace,
        ...goodService(),
        runtime: "kubernetes",
        adopt: { deployment: "shop/api", service: "shop/api" },
      });
    });
    const imports = resources
      .filter(({ options }) => options.import !== undefined)
      .map(({ type, options }) => [type, options.import]);
    expect(imports).toEqual([
      ["kubernetes:core/v1:Namespace", "shop"],
      ["kubernetes:apps/v1:Deployment", "shop/api"],
      ["kubernetes:core/v1:Service", "shop/api"],
    ]);
  });

  test("can't be adopted under a name that nothing has", async () => {
    expect(await refused({ adopt: { deploymnet: "shop/api" } })).toMatch(
      /^shop-api-workload: adopt: there is no "deploymnet" to adopt; there are: config, egress, deployment, service, autoscaler, disruption-budget$/,
    );
  });

  test("a namespace that others keep is read, and nothing of it is changed", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const namespace = Namespace.get("shop-namespace", { scope, namespace: "team-a" });
      new Service("shop-api", { scope, service: "api", namespace, ...goodService(), runtime: "kubernetes" });
      namespace.seal();
    });
    expect(ofType(resources, "kubernetes:core/v1:ResourceQuota")).toEqual([]);
    expect(
      ofType(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").map(({ name }) => name),
    ).toEqual(["shop-api-workload-egress"]);
    const deployment = find(resources, "kubernetes:apps/v1:Deployment", "shop-api-workload-deployment");
    expect(deployment.inputs.metadata).toMatchObject({ name: "api", namespace: "team-a" });
  });

  test("takes no workload once its quota is set", async () => {
    const message = await refusal(() => {
      const scope = testScope();
      const namespace = new Namespace("shop-namespace", { scope, namespace: "shop" });
      namespace.seal();
      new Service("shop-api", { scope, service: "api", namespace, ...goodService(), runtime: "kubernetes" });
    });
    expect(message).toBe(
      'api: the namespace "shop" is sealed: its quota has no room for it; declare it before `seal()`',
    );
  });
});
