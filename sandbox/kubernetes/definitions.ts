import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { V1CustomResourceDefinition } from "@kubernetes/client-node";
import { parseAllDocuments } from "yaml";
import { anyGo, goEnvironment, goFailure } from "../engine/compile.ts";
import { lastLines, run } from "../engine/run.ts";
import { cacheFolder } from "../paths.ts";
import type { Report } from "../progress.ts";
import { makeClusterPart } from "./kubebox.ts";

/** Go modules that hold definitions, each with the folder and the files in it; `definitions/go.mod` pins their versions. */
const MODULES: Readonly<Record<string, { readonly folder: string; readonly files: readonly string[] }>> = {
  "sigs.k8s.io/gateway-api": {
    folder: "config/crd/standard",
    files: [
      "gateway.networking.k8s.io_backendtlspolicies",
      "gateway.networking.k8s.io_gatewayclasses",
      "gateway.networking.k8s.io_gateways",
      "gateway.networking.k8s.io_grpcroutes",
      "gateway.networking.k8s.io_httproutes",
      "gateway.networking.k8s.io_referencegrants",
    ],
  },
  "github.com/GoogleCloudPlatform/gke-gateway-api": {
    folder: "config/crd",
    files: [
      "networking.gke.io_gcpbackendpolicies",
      "networking.gke.io_gcpgatewaypolicies",
      "networking.gke.io_healthcheckpolicies",
    ],
  },
  "github.com/argoproj/argo-rollouts": {
    folder: "manifests/crds",
    files: [
      "analysis-run-crd",
      "analysis-template-crd",
      "cluster-analysis-template-crd",
      "experiment-crd",
      "rollout-crd",
    ],
  },
  "github.com/fluxcd/flagger": { folder: "artifacts/flagger", files: ["crd"] },
  "github.com/cert-manager/cert-manager": {
    folder: "deploy/crds",
    files: [
      "cert-manager.io_certificates",
      "cert-manager.io_certificaterequests",
      "cert-manager.io_clusterissuers",
      "cert-manager.io_issuers",
    ],
  },
  "github.com/envoyproxy/gateway": {
    folder: "charts/gateway-helm/crds/generated",
    files: ["gateway.envoyproxy.io_backendtrafficpolicies", "gateway.envoyproxy.io_clienttrafficpolicies"],
  },
  "github.com/external-secrets/external-secrets": {
    folder: "config/crds/bases",
    files: [
      "external-secrets.io_clustersecretstores",
      "external-secrets.io_externalsecrets",
      "external-secrets.io_secretstores",
    ],
  },
  "github.com/prometheus-operator/prometheus-operator": {
    folder: "example/prometheus-operator-crd",
    files: [
      "monitoring.coreos.com_alertmanagerconfigs",
      "monitoring.coreos.com_podmonitors",
      "monitoring.coreos.com_prometheusrules",
      "monitoring.coreos.com_servicemonitors",
    ],
  },
};

const moduleFiles = ["go.mod", "go.sum"].map((name) =>
  fileURLToPath(new URL(`./definitions/${name}`, import.meta.url)),
);

const FILE = "definitions.json";

/** The folder in the user's cache where the definitions are, or would be. Creates nothing. */
async function definitionsFolder(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const pins = await Promise.all(moduleFiles.map((file) => readFile(file, "utf8")));
  const key = createHash("sha256")
    .update(JSON.stringify([pins, MODULES]))
    .digest("hex")
    .slice(0, 12);
  return join(cacheFolder(env), "kubernetes", `definitions-${key}`);
}

/** The definitions, if they were fetched. */
export async function findDefinitions(
  env: NodeJS.ProcessEnv = process.env,
): Promise<V1CustomResourceDefinition[] | undefined> {
  try {
    return JSON.parse(await readFile(join(await definitionsFolder(env), FILE), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Definitions of the custom resources that Slipway declares: Gateway API, GKE's policies for it, cert-manager, Envoy
 * Gateway's policies, External Secrets, the Prometheus operator, Argo Rollouts and Flagger. Fetched from the Go module
 * proxy where they are missing: 200 MB come, 5 MB stay.
 *
 * @throws ClusterError that says which step failed and what helps
 */
export async function ensureDefinitions(options: {
  readonly report: Report;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<V1CustomResourceDefinition[]> {
  const { report, env = process.env } = options;
  const found = await findDefinitions(env);
  if (found) return found;
  await makeClusterPart(
    { folder: await definitionsFolder(env), what: "the custom resource definitions", report },
    "The definitions of custom resources are not on this machine, and could not be fetched.",
    async (work, signal) => {
      report(`fetching custom resource definitions from ${Object.keys(MODULES).length} Go modules`);
      const definitions = await fetchDefinitions(work, { report, env, signal });
      await mkdir(join(work, "result"));
      await writeFile(join(work, "result", FILE), JSON.stringify(definitions));
    },
  );
  return (await findDefinitions(env)) ?? [];
}

async function fetchDefinitions(
  work: string,
  options: { report: Report; env: NodeJS.ProcessEnv; signal: AbortSignal },
): Promise<V1CustomResourceDefinition[]> {
  const { env, signal } = options;
  const go = await anyGo(work, { ...options, interval: 5_000 });
  const source = join(work, "source");
  await mkdir(source);
  for (const file of moduleFiles) await copyFile(file, join(source, basename(file)));
  // Verified against go.sum, as everything that Go fetches.
  const result = await run(go.command, ["mod", "download", "-json"], {
    cwd: source,
    env: goEnvironment(go, work, env),
    signal,
  });
  if (result.code !== 0) {
    throw goFailure("go mod download", result.failure ?? `ended with code ${result.code}`, lastLines(result));
  }
  const definitions: V1CustomResourceDefinition[] = [];
  for (const { Path, Dir } of jsonValues(result.stdout) as { Path: string; Dir: string }[]) {
    const { folder, files } = MODULES[Path] ?? { folder: "", files: [] };
    for (const file of files) {
      const text = await readFile(join(Dir, folder, `${file}.yaml`), "utf8");
      definitions.push(...parseAllDocuments(text).map((document) => document.toJS()));
    }
  }
  return definitions;
}

/** The values of a text that holds JSON objects one after another, each beginning and ending on a line of its own. */
export function jsonValues(text: string): unknown[] {
  return text
    .split(/^(?=\{)/m)
    .filter((piece) => piece.trim() !== "")
    .map((piece) => JSON.parse(piece));
}
