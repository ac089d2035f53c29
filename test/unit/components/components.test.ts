import type * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { CiIdentity } from "../../../components/identity/ci-identity.ts";
import { Foundation } from "../../../components/identity/foundation.ts";
import { Edge } from "../../../components/network/edge.ts";
import { Network } from "../../../components/network/network.ts";
import { Frontend } from "../../../components/service/frontend.ts";
import { Service, type ServiceArgs } from "../../../components/service/service.ts";
import { declare, find, ofType, refusal, testScope } from "../../support/declare.ts";
import { goodService, shopService as service } from "../../support/service.ts";

describe("a component", () => {
  test("is its children's parent, and names them after itself", async () => {
    const resources = await declare(() => service(testScope()));
    const component = find(resources, "slipway:service:Service", "shop-api");
    const children = resources.filter(({ parent }) => parent === component.urn);
    expect(children.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort()).toEqual([
      "Account shop-api-account",
      "IAMMember shop-api-cloudtrace-agent",
      "IAMMember shop-api-logging-logWriter",
      "IAMMember shop-api-monitoring-metricWriter",
      "Service shop-api",
      "ServiceIamMember shop-api-invoker-edge",
    ]);
  });

  test("lets each child be changed, by fields or by a function that has the last word", async () => {
    const resources = await declare(() =>
      service(testScope(), {
        transform: {
          account: { description: "the shop's" },
          service: (args, name) => ({ ...args, description: `${name}, changed` }),
        },
      }),
    );
    expect(find(resources, "gcp:serviceaccount/account:Account", "shop-api-account").inputs.description).toBe(
      "the shop's",
    );
    expect(find(resources, "gcp:cloudrunv2/service:Service", "shop-api").inputs.description).toBe(
      "shop-api, changed",
    );
  });

  test("of a name that is taken is refused", async () => {
    expect(
      await refusal(() => {
        const scope = testScope();
        const network = new Network("shop-network", { scope });
        service(scope, { network });
        new Service("shop-api-again", { scope, service: "api", network, ...goodService() });
      }),
    ).toBe(
      'shop: there are two services named "api". Taken so far: api. Rename one of them, or use the one that is there.',
    );
  });

  test("with bad arguments is refused before any of its children is registered", async () => {
    expect(await refusal(() => service(testScope(), { scaling: { min: 3, max: 1, cpuPercent: 60 } }))).toBe(
      "api: scaling: min 3 is more than max 1; lower min or raise max",
    );
  });
});

describe("a service", () => {
  test("outside production can be removed, in production it can't", async () => {
    const deployed = async (environment: "staging" | "production") =>
      find(
        await declare(() => service(testScope({ environment }))),
        "gcp:cloudrunv2/service:Service",
        "shop-api",
      );
    expect((await deployed("production")).inputs.deletionProtection).toBe(true);
    expect((await deployed("production")).options.protect).toBe(true);
    expect((await deployed("staging")).inputs.deletionProtection).toBe(false);
    expect((await deployed("staging")).options.protect).toBeUndefined();
  });

  test("is not changed again and again by the stage that Cloud Run says its fields are in", async () => {
    const { options } = find(
      await declare(() => service(testScope())),
      "gcp:cloudrunv2/service:Service",
      "shop-api",
    );
    expect(options.ignoreChanges).toEqual(["launchStage"]);
  });

  test("that calls another is let in there, and nobody else is", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      const callee = service(scope, { name: "stock", exposure: "internal" });
      service(scope, { name: "web", calls: [callee] });
    });
    const invokers = ofType(resources, "gcp:cloudrunv2/serviceIamMember:ServiceIamMember");
    expect(invokers.map(({ inputs }) => [inputs.name, inputs.member])).toEqual([
      ["web", "allUsers"],
      ["stock", "serviceAccount:svc-web@shop-production.iam.gserviceaccount.com"],
    ]);
  });

  test("EA-08 that signs may ask Google to, as itself and as nobody else; others may not", async () => {
    const resources = await declare(() => {
      const scope = testScope();
      service(scope, { name: "web", signs: true });
      service(scope, { name: "stock" });
    });
    const grants = ofType(resources, "gcp:serviceaccount/iAMMember:IAMMember");
    expect(grants.map(({ name, inputs }) => ({ name, ...inputs }))).toEqual([
      {
        name: "shop-web-signer",
        serviceAccountId:
          "projects/shop-production/serviceAccounts/svc-web@shop-production.iam.gserviceaccount.com",
        role: "roles/iam.serviceAccountTokenCreator",
        member: "serviceAccount:svc-web@shop-production.iam.gserviceaccount.com",
      },
    ]);
  });

  describe("EA-09 names its revision by all that is in it", () => {
    const revision = async (change: Partial<ServiceArgs>) => {
      const deployed = find(
        await declare(() => service(testScope(), change)),
        "gcp:cloudrunv2/service:Service",
        "shop-api",
      );
      return (deployed.inputs.template as { revision: string }).revision;
    };
    const transformed = (template: object) => ({
      transform: {
        service: (args: gcp.cloudrunv2.ServiceArgs) => ({
          ...args,
          template: { ...(args.template as object), ...template },
        }),
      },
    });

    test("the same again is the same, another image is another", async () => {
      expect(await revision({})).toMatch(/^api-[0-9a-f]{8}$/);
      expect(await revision({})).toBe(await revision({}));
      expect(await revision({ image: "shop/api:1.0.1" })).not.toBe(await revision({}));
    });

    test("what a transform changes makes another name, too: Cloud Run refuses another content under one", async () => {
      const slower = await revision(transformed({ timeout: "90s" }));
      expect(slower).not.toBe(await revision({}));
      expect(slower).toBe(await revision({ timeout: "90 s" }));
      expect(await revision(transformed({ labels: { team: "web" } }))).not.toBe(await revision({}));
    });

    test("a template that comes later is named later", async () => {
      const later = await revision({
        transform: { service: (args) => ({ ...args, template: pulumi.output(args.template) }) },
      });
      expect(later).toBe(await revision({}));
    });

    test("a name that a transform gives stays", async () => {
      expect(await revision(transformed({ revision: "api-by-hand" }))).toBe("api-by-hand");
    });
  });

  test("EA-09 splits its requests as declared, once there are revisions to name", async () => {
    const deployed = async (traffic: ServiceArgs["traffic"]) =>
      find(
        await declare(() => service(testScope(), { traffic: traffic ?? [] })),
        "gcp:cloudrunv2/service:Service",
        "shop-api",
      ).inputs.traffics;
    expect(
      await deployed([
        { revision: "api-0a1b2c3d", percent: 90 },
        { revision: "latest", percent: 10, tag: "canary-1a2b3c4" },
      ]),
    ).toEqual([
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "api-0a1b2c3d", percent: 90 },
      { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 10, tag: "canary-1a2b3c4" },
    ]);
  });

  test("of less than a CPU runs as Cloud Run demands: first generation, one request at a time, CPU during requests", async () => {
    const resources = await declare(() =>
      service(testScope(), { resources: { cpu: 0.5, memory: "256 MiB" } }),
    );
    expect(find(resources, "gcp:cloudrunv2/service:Service", "shop-api").inputs.template).toMatchObject({
      executionEnvironment: "EXECUTION_ENVIRONMENT_GEN1",
      maxInstanceRequestConcurrency: 1,
      containers: [{ resources: { cpuIdle: true } }],
    });
  });

  test("EA-15 is billed by request, or by instance where it says so", async () => {
    const idle = async (change: Parameters<typeof service>[1]) => {
      const resources = await declare(() => service(testScope(), change));
      const { template } = find(resources, "gcp:cloudrunv2/service:Service", "shop-api").inputs as {
        template: { containers: { resources: { cpuIdle: boolean } }[] };
      };
      return template.containers[0]?.resources.cpuIdle;
    };
    expect(await idle({})).toBe(true);
    expect(await idle({ billing: "instance" })).toBe(false);
    expect(
      await refusal(() =>
        service(testScope(), { resources: { cpu: 0.5, memory: "256 MiB" }, billing: "instance" }),
      ),
    ).toContain(
      'billing: "instance": Cloud Run gives 0.5 CPU during requests only; use 1 CPU or more, or leave it out',
    );
  });

  test("carries its facts, for policies and the sandbox", async () => {
    const resources = await declare(() => service(testScope()));
    const { annotations } = find(resources, "gcp:cloudrunv2/service:Service", "shop-api").inputs as {
      annotations: Record<string, string>;
    };
    expect(annotations).toEqual({
      "slipway.dev/capacity-per-instance": "15",
      "slipway.dev/peak": "50",
      "slipway.dev/latency-buckets": "2",
      "slipway.dev/objectives": JSON.stringify([
        { name: "availability", kind: "availability", target: 99.5, windowDays: 30, owner: "shop" },
        { name: "latency", kind: "latency", target: 95, windowDays: 30, owner: "shop", thresholdSeconds: 2 },
      ]),
    });
  });
});

test("EA-03 an edge stands only before a service that is open to it", async () => {
  const edge = (exposure: "edge" | "internal", domain: string) => () => {
    const scope = testScope();
    new Edge("shop-edge", {
      scope,
      domain,
      service: service(scope, { exposure }),
      rateLimit: { requests: 100, perSeconds: 60 },
    });
  };
  expect(await refusal(edge("internal", "shop.example.com"))).toBe(
    'shop-edge: service: "api" lets in only other services; give it `exposure: "edge"`, or another service here',
  );
  expect(await refusal(edge("edge", "shop"))).toBe(
    'shop-edge: domain: "shop" is no domain name, such as api.example.com',
  );
  expect(await refusal(edge("edge", "shop.example.com"))).toBe("accepted");
});

describe("a foundation", () => {
  test("turns on what grants on a project go through, and waits for it before it writes the project's policy", async () => {
    const resources = await declare(() => new Foundation("shop-foundation", { scope: testScope() }));
    const api = find(resources, "gcp:projects/service:Service", "shop-foundation-api-cloudresourcemanager");
    expect(api.inputs).toMatchObject({
      service: "cloudresourcemanager.googleapis.com",
      disableOnDestroy: false,
    });
    const audits = ofType(resources, "gcp:projects/iAMAuditConfig:IAMAuditConfig");
    expect(audits.map(({ inputs }) => inputs.service)).toEqual([
      "cloudkms.googleapis.com",
      "secretmanager.googleapis.com",
      "storage.googleapis.com",
    ]);
    for (const { dependencies } of audits) expect(dependencies).toContain(api.urn);
  });

  test("holds back whatever is declared with the scope that it gives", async () => {
    const resources = await declare(() => {
      const { ready } = new Foundation("shop-foundation", { scope: testScope() });
      new Network("shop-network", { scope: ready });
    });
    const apis = ofType(resources, "gcp:projects/service:Service").map(({ urn }) => urn);
    expect(apis.length).toBeGreaterThan(0);
    const { dependencies } = find(resources, "gcp:compute/network:Network", "shop-network");
    expect(dependencies).toEqual(expect.arrayContaining(apis));
  });
});

test("EA-08 CI's repository can't end the condition that it stands in", async () => {
  const ci = (repository: string) => () =>
    new CiIdentity("shop-ci", { scope: testScope(), repository, services: [] });
  expect(await refusal(ci('shop/web" || true || "'))).toContain('must be "owner/name"');
  expect(await refusal(ci("shop/web"))).toBe("accepted");
});

test("EA-13 a frontend takes no variable that would make a secret public", async () => {
  const frontend = () =>
    new Frontend("shop-frontend", {
      scope: testScope(),
      service: "frontend",
      domain: "shop.example.com",
      repository: "shop/web",
      folder: "frontend",
      environment: { API_KEY: "x" },
    });
  expect(await refusal(frontend)).toBe(
    'shop-frontend: environment: "API_KEY" would be public; name it NEXT_PUBLIC_… if it may be, or leave it to a service',
  );
});

test("EA-03 a network too small for Cloud Run is refused", async () => {
  const network = () => new Network("shop-network", { scope: testScope(), range: "10.10.0.0/28" });
  expect(await refusal(network)).toBe(
    'shop-network: range: "10.10.0.0/28" holds 16 addresses; Cloud Run needs 64 or more: use a prefix of /26 or shorter',
  );
});
