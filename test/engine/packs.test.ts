import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { testProject, writeFiles } from "./support.ts";

// Each test starts the engine and a pack a few times: seconds on a machine at rest, more on a busy one.
vi.setConfig({ testTimeout: 180_000 });

/** Resources of cloud types without a cloud: components take any type and any properties, and policies see them. */
const PROGRAM = `
import { ComponentResource, runtime } from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output.js";

const project = "shop";
const INTERNAL = "INGRESS_TRAFFIC_INTERNAL_ONLY";
export function service(name, { ingress = INTERNAL, envs = [], account = name, labels = { environment: "dev" }, annotations = {} }) {
  const httpGet = { path: "/" };
  const probe = { httpGet, periodSeconds: 5, failureThreshold: 3 };
  const container = { image: "us-east1-docker.pkg.dev/shop/images/web:1.4.2", envs, startupProbe: probe, livenessProbe: probe, readinessProbe: probe };
  const serviceAccount = account + "@shop.iam.gserviceaccount.com";
  const template = { serviceAccount, containers: [container] };
  const properties = { name, project, ingress, labels, annotations, template };
  // Resource policies see what goes in, stack policies what comes out.
  new ComponentResource("gcp:cloudrunv2/service:Service", name, properties).registerOutputs(properties);
}
export const notYet = (value) => (runtime.isDryRun() ? unknown : value);
export const topic = (name) => new ComponentResource("gcp:pubsub/topic:Topic", name, { name });
`;

const pack = (path: string) => ["--policy-pack", fileURLToPath(new URL(`../../${path}`, import.meta.url))];
const program = (body: string) =>
  testProject({
    "cloud.ts": PROGRAM,
    "index.ts": `import { notYet, service, topic } from "./cloud.ts";\n${body}\n`,
  });

test.each(["policies/security", "policies"])(
  "EA-07 %s stops a preview and an up with a secret in the environment",
  async (path) => {
    const { pulumi } = await program(`
    service("open", { ingress: "INGRESS_TRAFFIC_ALL", envs: [{ name: "SETTING", value: "postgres://app:hunter2@db/shop" }] });
    topic("advice");`);
    const preview = await pulumi("preview", ...pack(path));
    expect(preview.code, preview.text).not.toBe(0);
    expect(preview.text).toContain(
      "[mandatory] [severity: critical]  no-secret-in-environment  (gcp:cloudrunv2:Service: open)",
    );
    expect(preview.text).toContain(
      'template.containers[0].envs[0] ("SETTING") holds what looks like an address with a password in it',
    );
    expect(preview.text).toContain("To mend it: Keep the value in Secret Manager");
    expect(preview.text).toContain(
      'ingress is "INGRESS_TRAFFIC_ALL": the whole internet reaches it past the edge',
    );
    expect(preview.text).toContain(
      "[advisory] [severity: high]  customer-managed-key  (gcp:pubsub:Topic: advice)",
    );
    expect(preview.text).not.toContain("hunter2");
    const up = await pulumi("up", "--yes", "--skip-preview", ...pack(path));
    expect(up.code, up.text).not.toBe(0);
    expect(up.text).toContain("no-secret-in-environment");
  },
);

test("--policy-pack-config comes over what the stack says, by policy", async () => {
  const { pulumi, folder } = await program(`service("open", { ingress: "INGRESS_TRAFFIC_ALL" });`);
  const said = (level: string) => JSON.stringify({ enforcement: { "ingress-behind-edge": level } });
  await pulumi("config", "set", "slipway:policies", said("advisory"));
  const security = pack("policies/security");
  const advised = await pulumi("preview", ...security);
  expect(advised.code, advised.text).toBe(0);
  expect(advised.text).toContain("[advisory] [severity: high]  ingress-behind-edge");
  const config = join(folder, "config.json");
  await writeFiles(folder, { "config.json": '{"ingress-behind-edge": "mandatory"}' });
  const stopped = await pulumi("preview", ...security, "--policy-pack-config", config);
  expect(stopped.code, stopped.text).not.toBe(0);
  expect(stopped.text).toContain("[mandatory] [severity: high]  ingress-behind-edge");
  await writeFiles(folder, { "config.json": '{"ingress-behind-edge": {"no-such": 1}}' });
  const refused = await pulumi("preview", ...security, "--policy-pack-config", config);
  expect(refused.text).toMatch(/configuring policy pack "security".*ingress-behind-edge.*"no-such"/);
});

test("EA-03 a stack policy stops a preview", async () => {
  const { pulumi } = await program(`
    service("first", {});
    service("second", { account: "first" });`);
  const preview = await pulumi("preview", ...pack("policies/security"));
  expect(preview.code, preview.text).not.toBe(0);
  expect(preview.text).toContain(
    "[mandatory] [severity: high]  own-service-account  (gcp:cloudrunv2:Service: second)",
  );
  expect(preview.text).toContain(
    'template.serviceAccount is "first@shop.iam.gserviceaccount.com", which first also runs as',
  );
});

test("EA-02 policies/slo stops a preview that policies/security lets through", async () => {
  const { pulumi } = await program(`
    const annotations = { "slipway.dev/capacity-per-instance": "1", "slipway.dev/peak": "500" };
    service("one", { labels: { environment: "production" }, annotations });`);
  const security = await pulumi("preview", ...pack("policies/security"));
  expect(security.code, security.text).toBe(0);
  const slo = await pulumi("preview", ...pack("policies/slo"));
  expect(slo.code, slo.text).not.toBe(0);
  expect(slo.text).toContain(
    "[mandatory] [severity: high]  capacity-covers-peak  (gcp:cloudrunv2:Service: one)",
  );
});

test("what is not known in a preview is shown as not evaluated, and stops the up where it turns out wrong", async () => {
  const { pulumi } = await program(`
    service("late", { ingress: notYet("INGRESS_TRAFFIC_ALL"), envs: [{ name: "URL", value: notYet("https://example.com") }] });`);
  const preview = await pulumi("preview", ...pack("policies/security"));
  expect(preview.code, preview.text).toBe(0);
  expect(preview.text).toContain(
    "[advisory] [severity: high]  ingress-behind-edge  (gcp:cloudrunv2:Service: late)",
  );
  expect(preview.text).toContain("not evaluated: ingress is not known before deployment");
  expect(preview.text).toContain(
    "not evaluated: template.containers[0].envs[0].value is not known before deployment",
  );
  expect(preview.text).not.toContain("can't run policy");
  const up = await pulumi("up", "--yes", "--skip-preview", ...pack("policies/security"));
  expect(up.code, up.text).not.toBe(0);
  expect(up.text).toContain(
    "[mandatory] [severity: high]  ingress-behind-edge  (gcp:cloudrunv2:Service: late)",
  );
  expect(up.text).not.toContain("not evaluated");
});
