import { describe, expect, test } from "vitest";
import { unknownValue } from "../../../policies/core/unknown.ts";
import { noDefaultServiceAccount } from "../../../policies/security/access/no-default-service-account.ts";
import { ownServiceAccount } from "../../../policies/security/access/own-service-account.ts";
import { tokenOnlyWhereUsed } from "../../../policies/security/access/token-only-where-used.ts";
import { pinnedImage } from "../../../policies/security/images/pinned-image.ts";
import * as types from "../../../policies/types.ts";
import { ACCOUNT, DEPLOYMENT, object, POD_SPEC, PODS, withPods } from "./kubernetes-support.ts";
import { changed, says } from "./support.ts";

const POD = "spec.template.spec";
const AT = `${POD}.containers[0]`;
const deployment = (path: string, to: unknown) => object(changed(DEPLOYMENT, path, to));

describe("pinned-image", () => {
  const digest = `@sha256:${"ab".repeat(32)}`;
  test.each([
    [`shop/api${digest}`, []],
    [`registry:5000/shop/api:1.2${digest}`, []],
    ["registry:5000/shop/api:1.2.3", []],
    ["shop/api", [`api: ${AT}.image is "shop/api", which means its tag "latest"`]],
    ["registry:5000/api", [`api: ${AT}.image is "registry:5000/api", which means its tag "latest"`]],
    ["shop/api:", [`api: ${AT}.image is "shop/api:", which means its tag "latest"`]],
    ["shop/api:latest", [`api: ${AT}.image is "shop/api:latest": what that is changes by itself`]],
    ["shop/api@sha256:0f", [`api: ${AT}.image is "shop/api@sha256:0f", whose digest is none`]],
    ["", [`api: ${AT}.image is not set`]],
    [undefined, [`api: ${AT}.image is not set`]],
    [unknownValue, [`?api: ${AT}.image is not known before deployment`]],
    [{}, [`api: ${AT}.image is not a text`]],
  ])("%s", (image, expected) => {
    expect(says(pinnedImage, deployment(`${AT}.image`, image))).toEqual(expected);
  });

  test("looks at every container of every kind", () => {
    for (const [type, at] of PODS) {
      const pod = { initContainers: [{ image: "a" }], containers: [{ image: "b:1" }] };
      expect(says(pinnedImage, withPods(type, pod))).toEqual([
        `api: ${at}.initContainers[0].image is "a", which means its tag "latest"`,
      ]);
    }
  });
});

describe("accounts", () => {
  test.each([
    ["api", []],
    [
      "default",
      [`api: ${POD}.serviceAccountName is "default": pods would run as the namespace's default account`],
    ],
    ["", [`api: ${POD}.serviceAccountName is "": pods would run as the namespace's default account`]],
    [
      undefined,
      [`api: ${POD}.serviceAccountName is not set: pods would run as the namespace's default account`],
    ],
    [unknownValue, [`?api: ${POD}.serviceAccountName is not known before deployment`]],
    [[], [`api: ${POD}.serviceAccountName is not a text`]],
  ])("EA-03 pods that run as %s", (name, expected) => {
    expect(says(noDefaultServiceAccount, deployment(`${POD}.serviceAccountName`, name))).toEqual(expected);
  });

  test("EA-03 the older field counts where the newer is not there", () => {
    const former = changed(DEPLOYMENT, `${POD}.serviceAccountName`, undefined);
    expect(says(noDefaultServiceAccount, object(changed(former, `${POD}.serviceAccount`, "api")))).toEqual(
      [],
    );
  });

  const other = (path = "metadata.name", to: unknown = "other") =>
    object(changed(DEPLOYMENT, path, to), { name: "other" });
  const LABEL = 'spec.template.metadata.labels["app.kubernetes.io/name"]';

  test("EA-03 two services share no account, and two versions of one service may", () => {
    const [first, second] = [object(DEPLOYMENT), other(LABEL, "other")];
    expect(says(ownServiceAccount, first, second)).toEqual([
      `api: ${POD}.serviceAccountName is "api", which other also runs as`,
      `other: ${POD}.serviceAccountName is "api", which api also runs as`,
    ]);
    expect(says(ownServiceAccount, first, other())).toEqual([]);
    expect(says(ownServiceAccount, first, other("metadata.namespace", "elsewhere"))).toEqual([]);
  });

  test("EA-03 versions are of one service by their labels of before, too", () => {
    const labelled = (name: string, labels: object) =>
      object(changed(DEPLOYMENT, "spec.template.metadata.labels", labels), { name });
    const first = labelled("v1", { app: "reviews", version: "v1" });
    expect(says(ownServiceAccount, first, labelled("v2", { app: "reviews", version: "v2" }))).toEqual([]);
    expect(says(ownServiceAccount, first, labelled("v2", { app: "ratings", version: "v1" }))).toHaveLength(2);
    expect(says(ownServiceAccount, first, labelled("db", { app: "reviews", tier: "db" }))).toHaveLength(2);
    expect(says(ownServiceAccount, first, labelled("none", {}))).toHaveLength(2);
  });

  test("EA-03 many that share one are counted, and an unknown hides nobody else", () => {
    const many = Array.from({ length: 8 }, (_, index) =>
      object(changed(DEPLOYMENT, LABEL, `s${index}`), { name: `s${index}` }),
    );
    expect(says(ownServiceAccount, ...many)[0]).toBe(
      `s0: ${POD}.serviceAccountName is "api", which s1, s2, s3, s4, s5 and 2 more also runs as`,
    );
    const unknown = other(`${POD}.serviceAccountName`, unknownValue);
    expect(says(ownServiceAccount, many[0] as never, unknown)).toEqual([
      `?other: ${POD}.serviceAccountName is not known before deployment`,
    ]);
  });

  const binding = (subjects: unknown, kind = "RoleBinding") =>
    object({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind,
      metadata: { name: "api", namespace: "shop" },
      roleRef: { name: "reader" },
      subjects,
    });
  const TOKEN = `${POD}.automountServiceAccountToken`;
  const silent = deployment(TOKEN, undefined);
  const mounted = `api: ${TOKEN} is not false: every container gets a token of the API server that nothing here uses`;
  const asked = `?api: ${TOKEN} is asked for, and the rights of account "api" are not in this stack: whether the token is used can't be seen`;

  test("AC-02 no token where none is used: said by the pod, or by its account", () => {
    expect(says(tokenOnlyWhereUsed, object(DEPLOYMENT))).toEqual([]);
    expect(says(tokenOnlyWhereUsed, silent)).toEqual([mounted]);
    expect(says(tokenOnlyWhereUsed, silent, object(ACCOUNT))).toEqual([]);
    expect(says(tokenOnlyWhereUsed, silent, object(changed(ACCOUNT, "metadata.namespace", "x")))).toEqual([
      mounted,
    ]);
    expect(
      says(tokenOnlyWhereUsed, silent, object(changed(ACCOUNT, "automountServiceAccountToken", true))),
    ).toEqual([asked]);
    expect(says(tokenOnlyWhereUsed, deployment(TOKEN, true))).toEqual([asked]);
    expect(says(tokenOnlyWhereUsed, deployment(TOKEN, unknownValue))).toEqual([
      `?api: ${TOKEN} is not known before deployment`,
    ]);
    expect(says(tokenOnlyWhereUsed, deployment(TOKEN, "perhaps"))).toEqual([
      `api: ${TOKEN} is not true or false`,
    ]);
  });

  test.each(["RoleBinding", "ClusterRoleBinding"])("AC-02 a %s says that it is used", (kind) => {
    const subject = { kind: "ServiceAccount", name: "api", namespace: "shop" };
    expect(says(tokenOnlyWhereUsed, silent, binding([subject], kind))).toEqual([]);
    expect(says(tokenOnlyWhereUsed, silent, binding([{ ...subject, name: "b" }], kind))).toEqual([mounted]);
    expect(says(tokenOnlyWhereUsed, silent, binding([{ ...subject, namespace: "b" }], kind))).toEqual([
      mounted,
    ]);
    expect(says(tokenOnlyWhereUsed, silent, binding([{ ...subject, kind: "User" }], kind))).toEqual([
      mounted,
    ]);
    expect(says(tokenOnlyWhereUsed, silent, binding([{ ...subject, name: unknownValue }], kind))).toEqual([
      "?api: subjects[0].name is not known before deployment",
    ]);
  });

  test("AC-02 pods of every kind are looked at", () => {
    for (const [type] of PODS) {
      const open = changed(POD_SPEC, "automountServiceAccountToken", undefined);
      expect(says(tokenOnlyWhereUsed, withPods(type, open)), type).toHaveLength(1);
    }
    expect(PODS.map(([type]) => type)).toContain(types.CRON_JOB);
  });
});
