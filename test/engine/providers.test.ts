import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { startCloud, stopCloud } from "../../sandbox/cloud/index.ts";
import { installPlugins } from "../../sandbox/providers/plugins.ts";
import { startProviders } from "../../sandbox/providers/server.ts";
import { type TestProject, temporaryFolder, testProject, writeFiles } from "./support.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const TIMEOUT = 180_000;

/** A program with one resource of each kind that matters here; its knobs are lines that the tests change. */
function program(knobs: Readonly<Record<string, string>> = {}): string {
  const {
    location = '"europe-west1"',
    keeper = '"1"',
    service = "",
    container = "",
    failures = "20",
  } = knobs;
  return `
import * as gcp from "@pulumi/gcp";
import * as random from "@pulumi/random";
const provider = new gcp.Provider("gcp", { project: "acme-sandbox" });
const account = new gcp.serviceaccount.Account("api", { accountId: "api-service" }, { provider });
const password = new random.RandomPassword("password", { length: 24, keepers: { version: ${keeper} } });
const secret = new gcp.secretmanager.Secret("secret", { secretId: "token", replication: { auto: {} } }, { provider });
const version = new gcp.secretmanager.SecretVersion("version", { secret: secret.id, secretData: password.result }, { provider });
const ciphertext = new gcp.kms.SecretCiphertext("ciphertext", {
  cryptoKey: "projects/acme-sandbox/locations/europe-west1/keyRings/ring/cryptoKeys/key", plaintext: "open sesame",
}, { provider });
const service: any = new gcp.cloudrunv2.Service("api", {
  location: ${location},
  deletionProtection: false,
  template: {
    serviceAccount: account.email,
    scaling: { minInstanceCount: 1, maxInstanceCount: 2 },
    containers: [{
      image: "sandbox/demo:1.0.0",
      startupProbe: { httpGet: { path: "/health/startup" }, periodSeconds: 1, failureThreshold: ${failures} },
      volumeMounts: [{ name: "token", mountPath: "/secrets/token" }],
      ${container}
    }],
    volumes: [{ name: "token", secret: { secret: secret.id, items: [{ path: "value", version: version.version }] } }],
  },
  ${service}
} as any, { provider });
export const uri = service.uri, latest = version.version, result = password.result, sealed = ciphertext.ciphertext;
export const project = gcp.organizations.getProjectOutput({}, { provider }).projectId;
`;
}

async function projectWith(text: string): Promise<TestProject> {
  const project = await testProject({ "index.ts": text });
  await installPlugins(project.paths, { node: process.execPath, root });
  return project;
}

/** The same with a local cloud and a server that the plugins share. */
async function liveProject(text: string) {
  const cloudFolder = join(await temporaryFolder(), "cloud");
  const cloud = await startCloud(cloudFolder);
  const server = await startProviders({ cloudFolder });
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await server.close();
    await stopCloud(cloudFolder);
  });
  // The launchers read it; a project's environment is fixed when it is made.
  vi.stubEnv("SLIPWAY_PROVIDERS_PORT", String(server.port));
  const project = await projectWith(text);
  const change = (knobs: Readonly<Record<string, string>>) =>
    writeFiles(project.folder, { "index.ts": program(knobs) });
  return { project, cloud, change };
}

async function outputsOf(project: TestProject): Promise<Record<string, string>> {
  const { text } = await project.pulumi("stack", "output", "--json", "--show-secrets");
  return JSON.parse(text.slice(text.indexOf("{"))) as Record<string, string>;
}

test("plugins start by themselves: preview, up, nothing to change, a refused field, destroy", {
  timeout: TIMEOUT,
}, async () => {
  const project = await projectWith(program());
  const preview = await project.pulumi("preview");
  expect(preview.text).toContain("+ 8 to create");
  const up = await project.pulumi("up", "--yes", "--skip-preview");
  expect(up.text).toContain("+ 8 created");
  expect(up.text).not.toContain("warning");
  expect(await outputsOf(project)).toMatchObject({
    latest: "1",
    project: "acme-sandbox",
    result: expect.stringMatching(/^.{24}$/),
  });
  expect((await project.pulumi("up", "--yes", "--skip-preview")).text).toContain("8 unchanged");
  await writeFiles(project.folder, { "index.ts": program({ container: 'imge: "x",' }) });
  const refused = await project.pulumi("preview");
  expect(refused.code).not.toBe(0);
  expect(refused.text).toContain("property template.containers[0].imge");
  expect(refused.text).toContain("unknown field; did you mean `image`?");
  await writeFiles(project.folder, { "index.ts": program() });
  expect((await project.pulumi("destroy", "--yes", "--skip-preview")).text).toContain("8 deleted");
});

test("a service lives in the local cloud: made, updated, replaced, refreshed, removed", {
  timeout: TIMEOUT,
}, async () => {
  const { project, cloud, change } = await liveProject(program());
  const up = await project.pulumi("up", "--yes", "--skip-preview");
  expect(up.text).toContain("+ 8 created");
  expect(up.text).not.toContain("warning");
  const first = await outputsOf(project);
  expect(first.uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(String(first.uri))).status).toBe(200);
  expect((await cloud.listSecrets()).map(({ id }) => id)).toEqual([
    "projects/acme-sandbox/secrets/token/versions/1",
  ]);
  expect((await project.pulumi("up", "--yes", "--skip-preview")).text).toContain("8 unchanged");
  expect((await project.pulumi("refresh", "--yes", "--skip-preview")).text).toContain("8 unchanged");

  await change({ keeper: '"2"' });
  const rotated = await project.pulumi("up", "--yes", "--skip-preview");
  expect(rotated.text).toMatch(/~ 1 updated\s+\+-2 replaced/);
  const second = await outputsOf(project);
  expect(second.latest).toBe("2");
  expect(second.result).not.toBe(first.result);
  expect((await cloud.listSecrets()).map(({ id }) => id)).toEqual([
    "projects/acme-sandbox/secrets/token/versions/2",
  ]);

  await change({ keeper: '"2"', location: '"us-central1"' });
  expect((await project.pulumi("up", "--yes", "--skip-preview")).text).toContain("+-1 replaced");
  const services = await cloud.listServices();
  expect(services.map(({ id }) => id.split("/")[3])).toEqual(["us-central1"]);

  await cloud.deleteService(services[0]?.id ?? "");
  expect((await project.pulumi("refresh", "--yes", "--skip-preview")).text).toContain("- 1 deleted");
  expect((await project.pulumi("up", "--yes", "--skip-preview")).text).toContain("+ 1 created");
  const state = await readFile(`${project.paths.state}/.pulumi/stacks/small/dev.json`, "utf8");
  expect(state).not.toContain(String(second.result));
  expect(state).not.toContain("open sesame");

  expect((await project.pulumi("destroy", "--yes", "--skip-preview")).text).toContain("8 deleted");
  expect(await cloud.listServices()).toEqual([]);
  expect(await cloud.listSecrets()).toEqual([]);
});

test("a service that does not become ready fails the run, stays known, and is repaired by the next", {
  timeout: TIMEOUT,
}, async () => {
  const slow = { container: 'envs: [{ name: "DEMO_STARTUP_MS", value: "60000" }],', failures: "2" };
  const { project, cloud, change } = await liveProject(program(slow));
  const up = await project.pulumi("up", "--yes", "--skip-preview");
  expect(up.code).not.toBe(0);
  expect(await cloud.listServices()).toHaveLength(1);
  expect((await project.pulumi("stack", "export")).text).toContain("initErrors");
  await change({});
  const repaired = await project.pulumi("up", "--yes", "--skip-preview");
  expect(repaired.text).toContain("~ 1 updated");
  expect((await fetch(String((await outputsOf(project)).uri))).status).toBe(200);
  expect(await cloud.listServices()).toHaveLength(1);
});

test("a run that finds what an interrupted one had made adopts it", { timeout: TIMEOUT }, async () => {
  const { project, cloud } = await liveProject(program());
  expect((await project.pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
  const before = await cloud.listServices();
  // The state of a stack that was never written back: the resources are there, nobody knows of them.
  for (const name of ["api", "version"]) {
    const { text } = await project.pulumi("stack", "--show-urns");
    const urn =
      text.match(
        new RegExp(
          `urn:\\S+::(?:gcp:cloudrunv2/service:Service|gcp:secretmanager/secretVersion:SecretVersion)::${name}\\b`,
        ),
      )?.[0] ?? "";
    expect(
      (await project.pulumi("state", "delete", urn, "--yes", "--target-dependents", "--force")).code,
    ).toBe(0);
  }
  expect((await project.pulumi("up", "--yes", "--skip-preview")).code).toBe(0);
  expect((await cloud.listServices()).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect((await cloud.listSecrets()).map(({ id }) => id)).toEqual([
    "projects/acme-sandbox/secrets/token/versions/1",
  ]);
});
