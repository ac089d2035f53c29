import { describe, expect, test } from "vitest";
import { shownCheck } from "../../../automation/check/shown.ts";
import { reportShown } from "../../../automation/plan/report.ts";
import * as manifests from "../policies/kubernetes-support.ts";
import { changed } from "../policies/support.ts";
import { checked, everything, found, of, yamlOf } from "./support.ts";

const POD = "spec.template.spec";

describe("an exported stack", () => {
  const SIGNATURE = "4dabf18193072939515e22adb298388d";
  const SECRET = "1b47061264138c4ac30d75fd1eb44270";
  const urn = (type: string, name: string, parent = "") =>
    `urn:pulumi:staging::shop::${parent}${type}::${name}`;
  const box = urn("shop:index:Box", "corner");
  const resource = (type: string, name: string, inputs: object, more: object = {}) => ({
    urn: urn(type, name, "shop:index:Box$"),
    custom: true,
    type,
    inputs,
    outputs: inputs,
    parent: box,
    ...more,
  });
  const exported = (...resources: object[]) => ({
    version: 3,
    deployment: {
      manifest: {},
      resources: [
        { urn: urn("pulumi:pulumi:Stack", "shop-staging"), custom: false, type: "pulumi:pulumi:Stack" },
        { urn: box, custom: false, type: "shop:index:Box" },
        ...resources,
      ],
    },
  });
  const key = resource("gcp:serviceaccount/key:Key", "ci", {});
  const text = (...resources: object[]) => JSON.stringify(exported(...resources), null, 4);

  test("is known by its content, and judged as the stack that it is", async () => {
    const state = text(key);
    const result = await checked({ "state.txt": state });
    const line = state.split("\n").findIndex((one) => one.includes("::ci")) + 1;
    expect(found(result)).toEqual([
      `no-service-account-key state.txt:${line}:17 a key of a service account is created`,
    ]);
    expect(result.counts).toEqual({ files: 1, objects: 0, stacks: 1 });
    expect(result.totals).toMatchObject({ resources: 1, components: 1, blocking: 1 });
    expect(reportShown(shownCheck(result), "text")).toContain(`- corner / ci (state.txt:${line}:17): a key`);
    expect(reportShown(shownCheck(result), "text")).toContain(
      "\nstate.txt: 1 resource in 1 component of 1 exported stack; ",
    );
  });

  test("keeps its secrets, encrypted or not, and they count as secrets", async () => {
    const environment = (value: unknown) =>
      resource(
        "kubernetes:apps/v1:Deployment",
        "api",
        changed(manifests.DEPLOYMENT, `${POD}.containers[0].env`, [{ name: "A", value }]),
      );
    for (const marked of [
      { [SIGNATURE]: SECRET, ciphertext: "djE6c2VjcmV0Y2lwaGVydGV4dA==" },
      { [SIGNATURE]: SECRET, plaintext: '"correct-horse-battery"' },
      { [SIGNATURE]: SECRET, plaintext: "no JSON" },
    ]) {
      const result = await checked({ "state.json": text(environment(marked)) });
      expect(of(result, "no-secret-in-environment")).toEqual([
        expect.stringContaining('("A") holds a value that the program marks as a secret'),
      ]);
      for (const output of everything(result)) {
        expect(output).not.toMatch(/correct-horse|c2VjcmV0Y2lwaGVydGV4dA/);
      }
    }
  });

  test("leaves out what is only read, or waits to be deleted", async () => {
    const result = await checked({
      "s.json": text(
        key,
        { ...key, delete: true },
        { ...resource("gcp:storage/bucket:Bucket", "read", {}), external: true },
      ),
    });
    expect(result.counts.stacks).toBe(1);
    expect(result.notes).toEqual([
      "s.json: 2 of its resources are left out: they are only read, or wait to be deleted",
    ]);
    expect(found(result)).toHaveLength(1);
  });

  test("stands by itself beside manifests and other stacks: nothing of one is matched with another", async () => {
    const scaled = resource(
      "kubernetes:apps/v1:Deployment",
      "api",
      changed(manifests.DEPLOYMENT, "spec.replicas", 2),
    );
    const result = await checked({
      "a.yaml": yamlOf(manifests.AUTOSCALER),
      "s.json": text(scaled),
      "t.json": text(
        resource("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", "api", manifests.AUTOSCALER),
      ),
    });
    expect(of(result, "replicas-left-to-autoscaler")).toEqual([]);
    expect(result.counts).toEqual({ files: 3, objects: 1, stacks: 2 });
    const together = await checked({
      "a.yaml": yamlOf(manifests.AUTOSCALER, changed(manifests.DEPLOYMENT, "spec.replicas", 2)),
    });
    expect(of(together, "replicas-left-to-autoscaler")).toHaveLength(1);
  });

  test.each([
    [
      { version: 2, deployment: {} },
      "is a stack's state of version 2; this reads 3 and 4: use a newer Slipway",
    ],
    [{ version: 3, deployment: { resources: {} } }, "is a stack's state whose `resources` is no list"],
    [
      { version: 3, deployment: { resources: [{ urn: "u" }] } },
      "is a stack's state in which resource 0 has no urn or type",
    ],
    [
      { version: 3, deployment: { resources: [null] } },
      "is a stack's state in which resource 0 has no urn or type",
    ],
  ])("is refused where it is none: %j", async (state, message) => {
    const failure = await checked({ "s.json": JSON.stringify(state) }).catch((error: Error) => error);
    expect((failure as Error).message).toBe(`s.json: ${message}`);
  });
});
