import { describe, expect, test } from "vitest";
import { packs } from "../../../../policies/catalogue.ts";
import { evaluate } from "../../../../policies/core/evaluate.ts";
import type { Policy, PolicyResource } from "../../../../policies/core/policy.ts";
import { readPolicySettings } from "../../../../policies/core/settings.ts";
import { unknownValue } from "../../../../policies/core/unknown.ts";
import { allowedRegistry } from "../../../../policies/security/images/allowed-registry.ts";
import { imagePulled } from "../../../../policies/security/images/image-pulled.ts";
import { pinnedImage } from "../../../../policies/security/images/pinned-image.ts";
import { CLOUD_RUN_JOB, CLOUD_RUN_SERVICE } from "../../../../policies/types.ts";
import { DEPLOYMENT, object, PODS, withPods } from "../kubernetes-support.ts";
import { changed, resource, SERVICE, says } from "../support.ts";

const AT = "spec.template.spec.containers[0]";
const DIGEST = `@sha256:${"ab".repeat(32)}`;
const container = (path: string, to: unknown) => object(changed(DEPLOYMENT, `${AT}.${path}`, to));

/** What a policy says where a stack sets something for it. */
function saysWith(policy: Policy, set: Record<string, unknown>, one: PolicyResource): string[] {
  const read = readPolicySettings({ settings: { [policy.id]: set } }, packs, "2026-11-21");
  if (read.problems !== undefined) throw new Error(JSON.stringify(read.problems));
  const pack = { name: "tested", description: "", policies: [policy] };
  return evaluate([pack], [one], { settings: read.value, today: "2026-11-21" }).map(
    ({ status, message }) => `${status === "not evaluated" ? "?" : ""}${message}`,
  );
}

describe("pinned-image", () => {
  test("on Cloud Run, in services and jobs", () => {
    const service = (image: unknown) =>
      says(
        pinnedImage,
        resource(CLOUD_RUN_SERVICE, "s", changed(SERVICE, "template.containers[0].image", image)),
      );
    expect(service("us-docker.pkg.dev/a/b/c:1.0.0")).toEqual([]);
    expect(service("us-docker.pkg.dev/a/b/c")).toEqual([
      's: template.containers[0].image is "us-docker.pkg.dev/a/b/c", which means its tag "latest"',
    ]);
    expect(service(unknownValue)).toEqual([
      "?s: template.containers[0].image is not known before deployment",
    ]);
    const job = { template: { template: { containers: [{ image: "a:latest" }] } } };
    expect(says(pinnedImage, resource(CLOUD_RUN_JOB, "j", job))).toEqual([
      'j: template.template.containers[0].image is "a:latest": what that is changes by itself',
    ]);
  });

  test("a team may ask for digests, and name more tags that move", () => {
    const tagged = container("image", "shop/api:1.2.3");
    expect(saysWith(pinnedImage, { digest: true }, tagged)).toEqual([
      `${AT}.image is "shop/api:1.2.3", whose tag can be moved: it has no digest`,
    ]);
    expect(saysWith(pinnedImage, { digest: true }, container("image", `shop/api${DIGEST}`))).toEqual([]);
    expect(saysWith(pinnedImage, { moving: ["1.2.3"] }, tagged)).toEqual([
      `${AT}.image is "shop/api:1.2.3": what that is changes by itself`,
    ]);
  });
});

describe("allowed-registry", () => {
  const from = (image: unknown, ...registries: string[]) =>
    saysWith(allowedRegistry, { registries }, container("image", image));

  test.each([
    ["us-docker.pkg.dev/shop/images/api:1", "us-docker.pkg.dev/shop/images"],
    [`us-docker.pkg.dev/shop/images/api:1${DIGEST}`, "us-docker.pkg.dev/shop/"],
    ["registry:5000/api", "registry:5000"],
    ["nginx:1.27", "docker.io/library"],
    ["index.docker.io/grafana/grafana:11", "docker.io/grafana"],
    ["grafana/grafana:11", "docker.io"],
    ["localhost/api:1", "localhost"],
  ])("%s comes from %s", (image, registry) => {
    expect(from(image, "other.example.com", registry)).toEqual([]);
  });

  test.each([
    ["us-docker.pkg.dev/shop-evil/api:1", "us-docker.pkg.dev/shop"],
    ["us-docker.pkg.dev.example.com/shop/api:1", "us-docker.pkg.dev"],
    ["evil/library/nginx:1", "docker.io/library"],
    ["registry:5001/api", "registry:5000"],
  ])("%s does not come from %s", (image, registry) => {
    expect(from(image, registry)).toEqual([
      `${AT}.image is "${image}", which comes from none of ${registry}/`,
    ]);
  });

  test("where none is named nothing is asked, and what is not known is no pass", () => {
    expect(says(allowedRegistry, container("image", "evil/x:1"))).toEqual([]);
    expect(from(unknownValue, "a.example.com")).toEqual([`?${AT}.image is not known before deployment`]);
    expect(from({}, "a.example.com")).toEqual([`${AT}.image is not a text`]);
    expect(() => from("a", "https://a.example.com")).toThrow("must be a registry");
  });
});

describe("image-pulled", () => {
  const pulled = (image: unknown, imagePullPolicy: unknown) =>
    says(imagePulled, withPods(PODS[0]?.[0] ?? "", { containers: [{ image, imagePullPolicy }] }));
  const at = "api: spec.template.spec.containers[0].imagePullPolicy";

  test.each([
    ["a:1", undefined, []],
    ["a:1", "IfNotPresent", []],
    ["a", undefined, []],
    ["a:latest", "Always", []],
    [`a:latest${DIGEST}`, "IfNotPresent", []],
    ["a:1", "Never", [`${at} is "Never": it runs whatever somebody left on the node by this name`]],
    [
      "a",
      "IfNotPresent",
      [`${at} is "IfNotPresent", and the tag moves: each node runs what it happened to get`],
    ],
    ["a:1", unknownValue, [`?${at} is not known before deployment`]],
    [
      unknownValue,
      "IfNotPresent",
      ["?api: spec.template.spec.containers[0].image is not known before deployment"],
    ],
    ["a:1", [], [`${at} is not a text`]],
  ])("%s %s", (image, policy, expected) => {
    expect(pulled(image, policy)).toEqual(expected);
  });

  test("a team may have every image asked for anew", () => {
    expect(saysWith(imagePulled, { always: true }, container("image", "a:1"))).toEqual([
      `${AT}.imagePullPolicy is not set: whoever runs on the node may use the image`,
    ]);
    expect(saysWith(imagePulled, { always: true }, container("imagePullPolicy", "Always"))).toEqual([]);
  });
});
