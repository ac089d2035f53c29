import {
  type ResourceValidationPolicy,
  type StackValidationPolicy,
  unknownCheckingProxy,
} from "@pulumi/policy";
import { expect, test } from "vitest";
import { z } from "zod";
import { packs } from "../../../policies/catalogue.ts";
import { plainCopy, toCrossGuard } from "../../../policies/core/crossguard.ts";
import type { Policy, PolicyResource, UnknownHandling } from "../../../policies/core/policy.ts";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { twoInstancesInProduction } from "../../../policies/reliability/scaling/two-instances-in-production.ts";
import { customerManagedKey } from "../../../policies/security/encryption/customer-managed-key.ts";
import { httpOnlyRedirects } from "../../../policies/security/exposure/http-only-redirects.ts";
import { ingressBehindEdge } from "../../../policies/security/exposure/ingress-behind-edge.ts";
import { noSecretInEnvironment } from "../../../policies/security/secrets/no-secret-in-environment.ts";
import * as types from "../../../policies/types.ts";
import { AUTOSCALER, DEPLOYMENT, object } from "./kubernetes-support.ts";
import { changed, resource, SERVICE } from "./support.ts";

class NotApplicable extends Error {}

const options = { protect: false, ignoreChanges: [], aliases: [], additionalSecretOutputs: [] };
const common = {
  stackTags: new Map<string, string>(),
  getConfig: () => ({}),
  notApplicable(): never {
    throw new NotApplicable();
  },
};

/** Runs one policy over one resource as the SDK's server does, with its proxy around the properties. */
function validate(
  policy: Policy,
  given: PolicyResource,
  unknown: UnknownHandling = "report",
  config: object = {},
): unknown[] {
  const reported: unknown[] = [];
  const { validateResource } = toCrossGuard(policy, unknown) as ResourceValidationPolicy;
  const getConfig = () => config;
  const args = { ...given, ...common, getConfig, opts: options, props: unknownCheckingProxy(given.props) };
  try {
    (validateResource as (args: unknown, report: unknown) => void)(args, (message: unknown) =>
      reported.push(message),
    );
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
    reported.push("not applicable");
  }
  return reported;
}

/** The same for a stack policy; references between resources are objects there. */
function validateStack(policy: Policy, given: readonly PolicyResource[]): unknown[] {
  const reported: unknown[] = [];
  const { validateStack } = toCrossGuard(policy, "report") as StackValidationPolicy;
  const resources = given.map((one) => ({
    ...one,
    opts: options,
    props: unknownCheckingProxy(one.props),
    dependencies: [] as unknown[],
    propertyDependencies: {} as Record<string, unknown[]>,
  }));
  given.forEach((one, index) => {
    for (const [key, urns] of Object.entries(one.propertyDependencies ?? {})) {
      const found = resources.filter(({ urn }) => urns.includes(urn));
      Object.assign(resources[index]?.propertyDependencies ?? {}, { [key]: found });
    }
  });
  try {
    (validateStack as (args: unknown, report: unknown) => void)(
      { ...common, resources },
      (message: unknown, urn: unknown) => reported.push([message, urn]),
    );
  } catch (error) {
    if (!(error instanceof NotApplicable)) throw error;
    reported.push("not applicable");
  }
  return reported;
}

const service = (props: unknown) => resource(types.CLOUD_RUN_SERVICE, "backend", props);

test("a violation is reported with its mend, at the policy's own level", () => {
  const found = validate(ingressBehindEdge, service({ ...SERVICE, ingress: "INGRESS_TRAFFIC_ALL" }));
  expect(found).toEqual([
    `ingress is "INGRESS_TRAFFIC_ALL": the whole internet reaches it past the edge\nTo mend it: ${ingressBehindEdge.fix}`,
  ]);
  expect(validate(ingressBehindEdge, service(SERVICE))).toEqual([]);
  expect(validate(ingressBehindEdge, resource(types.BUCKET, "b", {}))).toEqual(["not applicable"]);
});

test("an unknown is reported as not evaluated, and does not hide what is known", () => {
  const envs = [
    { name: "URL", value: unknownValue },
    { name: "API_TOKEN", value: "t" },
  ];
  const given = service(changed(SERVICE, "template.containers[0].envs", envs));
  const notEvaluated = "not evaluated: template.containers[0].envs[0].value is not known before deployment";
  const violated = `template.containers[0].envs[1] ("API_TOKEN") holds a secret, by its name\nTo mend it: ${noSecretInEnvironment.fix}`;
  expect(validate(noSecretInEnvironment, given)).toEqual([
    {
      message: `${noSecretInEnvironment.title}\n${notEvaluated}`,
      urn: given.urn,
      enforcementLevel: "advisory",
      severity: "critical",
    },
    violated,
  ]);
  // A pack that says so lets it block: a plain text is reported at the policy's own level.
  expect(validate(noSecretInEnvironment, given, "block")).toEqual([notEvaluated, violated]);
});

test("a finding may be advice where the policy is mandatory", () => {
  const staging = resource(types.TOPIC, "t", { labels: { environment: "staging" } }, { stack: "staging" });
  expect(validate(customerManagedKey, staging)).toEqual([
    {
      message: `${customerManagedKey.title}\nkmsKeyName is not set: the data is encrypted with a key that Google manages\nTo mend it: ${customerManagedKey.fix}`,
      urn: staging.urn,
      enforcementLevel: "advisory",
      severity: "high",
    },
  ]);
});

test("a policy that throws is a violation at its own level", () => {
  const broken: Policy = {
    ...ingressBehindEdge,
    check: () => {
      throw new RangeError("hunter2");
    },
  };
  const [message, ...rest] = validate(broken, service(SERVICE)) as string[];
  expect(rest).toEqual([]);
  expect(message?.replace(/ at \S+,/, ",")).toBe(
    `the policy ingress-behind-edge itself failed with RangeError, so nothing is known about this resource\nTo mend it: ${ingressBehindEdge.fix}`,
  );
});

test("a stack policy follows references, and names the resource at fault", () => {
  const map = resource(types.URL_MAP, "routes", { name: unknownValue, defaultService: "backend" });
  const proxy = resource(
    types.TARGET_HTTP_PROXY,
    "http",
    { urlMap: unknownValue },
    { propertyDependencies: { urlMap: [map.urn] } },
  );
  expect(validateStack(httpOnlyRedirects, [proxy, map])).toEqual([
    [
      `urlMap is routes, whose defaultUrlRedirect.httpsRedirect is not true: it serves HTTP in clear\nTo mend it: ${httpOnlyRedirects.fix}`,
      proxy.urn,
    ],
  ]);
  expect(validateStack(httpOnlyRedirects, [service(SERVICE)])).toEqual(["not applicable"]);
});

test("the copy of what the SDK hands over is plain, with the unknowns in it", () => {
  const props = { a: [1, unknownValue, { b: unknownValue }], c: null, d: { e: "x" } };
  expect(plainCopy(unknownCheckingProxy(props))).toEqual(props);
});

test("a policy's settings are its configuration in somebody else's pack", () => {
  const most = z.strictObject({ most: z.int().default(3).describe("The largest.") });
  const small: Policy = {
    ...ingressBehindEdge,
    settings: most,
    check: ({ props }, context) =>
      (props.at("figure").number() ?? 0) > context.settings(most).most
        ? [{ message: "it is too large" }]
        : [],
  };
  const given = service({ figure: 4 });
  const [large] = [`it is too large\nTo mend it: ${small.fix}`];
  expect([validate(small, given), validate(small, given, "report", { most: 4 })]).toEqual([[large], []]);
  expect(() => validate(small, given, "report", { most: "many" })).toThrow(/most/);
  expect(toCrossGuard(small)).toMatchObject({
    configSchema: { properties: { most: { type: "integer", default: 3, description: "The largest." } } },
  });
});

test("every policy is served with its id, title, level and mend", () => {
  for (const policy of packs.flatMap((pack) => pack.policies)) {
    expect(toCrossGuard(policy, "report")).toMatchObject({
      name: policy.id,
      description: policy.title,
      enforcementLevel: policy.level,
      severity: policy.severity,
      remediationSteps: policy.fix,
    });
  }
});

test("OS-01 a policy of both kinds judges each resource by itself, and what only the stack can tell once", () => {
  const lonely = changed(SERVICE, "template.scaling.minInstanceCount", 1);
  const scaler = object(changed(AUTOSCALER, "spec.minReplicas", 1), { name: "scaler" });
  const given = [service(lonely), object(DEPLOYMENT), scaler];
  const mend = `\nTo mend it: ${twoInstancesInProduction.fix}`;
  expect(given.map((one) => validate(twoInstancesInProduction, one))).toEqual([
    [`template.scaling.minInstanceCount is 1; production needs 2 or more${mend}`],
    [],
    [],
  ]);
  expect(validateStack(twoInstancesInProduction, given)).toEqual([
    [`spec.minReplicas is 1; production needs 2 or more${mend}`, scaler.urn],
  ]);
});
