import { execFile } from "node:child_process";
import { access, readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type EngineFacts, inspectEngine } from "../../sandbox/engine/index.ts";
import { type ClusterConnection, findKubebox, readConnection } from "../../sandbox/kubernetes/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { findPrometheus } from "../../sandbox/prometheus/tools.ts";

/** Programs that some commands or tests use when they are there. */
export const tools = ["npm", "docker", "kubectl", "gcloud"] as const;
type Tool = (typeof tools)[number];

/** Everything that `slipway doctor` judges by. Holds no value of any environment variable. */
export interface Facts {
  /** Version of the Node that runs this, without the leading `v`. */
  readonly node: string;
  /** Versions, or undefined for what is not there. */
  readonly tools: Readonly<Record<Tool, string | undefined>>;
  readonly engine: EngineFacts;
  readonly sandbox: {
    readonly folder: string;
    /** Whether a stack was ever deployed to it. */
    readonly hasState: boolean;
    readonly cloud: "running" | "stopped";
  };
  readonly kubernetes: {
    /** Path of the control plane's binary, where it was built. */
    readonly binary: string | undefined;
    /** The cluster that the sandbox uses. */
    readonly cluster: Pick<ClusterConnection, "origin" | "level"> | undefined;
  };
  /** Path of a Prometheus, where there is one. */
  readonly prometheus: string | undefined;
  /** Where a Pulumi login was found, in words; undefined when there is none. */
  readonly login: string | undefined;
  /** Where Google Cloud credentials were found, in words; undefined when there are none. */
  readonly googleCredentials: string | undefined;
}

/** Looks at this machine and at the checkout at `root`. Changes nothing, and uses no network. */
export async function gatherFacts(root: string, env: NodeJS.ProcessEnv = process.env): Promise<Facts> {
  const [engine, sandbox, binary, prometheus, login, googleCredentials, ...versions] = await Promise.all([
    inspectEngine(env),
    sandboxFacts(root),
    findKubebox(env),
    findPrometheus(env),
    findLogin(env),
    findGoogleCredentials(env),
    ...tools.map((tool) => toolVersion(tool, env)),
  ]);
  const byTool = Object.fromEntries(tools.map((tool, index) => [tool, versions[index]]));
  return {
    node: process.versions.node,
    tools: byTool as Record<Tool, string | undefined>,
    engine,
    sandbox,
    kubernetes: { binary, cluster: readConnection(sandboxPaths(root).kubernetes) },
    prometheus: prometheus?.prometheus,
    login,
    googleCredentials,
  };
}

const versionArguments: Readonly<Record<Tool, readonly string[]>> = {
  npm: ["--version"],
  docker: ["--version"],
  kubectl: ["version", "--client"],
  gcloud: ["version"],
};

/** The first version number in what the tool says about itself; "unknown" when it is there and says none. */
async function toolVersion(tool: Tool, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(tool, [...versionArguments[tool]], {
      env,
      timeout: 10_000,
    });
    return /\d+\.\d+\.\d+/.exec(stdout + stderr)?.[0] ?? "unknown";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "unknown";
  }
}

async function sandboxFacts(root: string): Promise<Facts["sandbox"]> {
  const paths = sandboxPaths(root);
  const stacks = await readdir(join(paths.state, ".pulumi", "stacks"), { recursive: true }).catch(() => []);
  return {
    folder: paths.folder,
    hasState: stacks.some((name) => name.endsWith(".json")),
    cloud: (await cloudRuns(join(paths.cloud, "endpoint.json"))) ? "running" : "stopped",
  };
}

/** The cloud says where it is in a file, and who it is: a file of a dead process says nothing. */
async function cloudRuns(file: string): Promise<boolean> {
  try {
    const { pid } = JSON.parse(await readFile(file, "utf8")) as { pid?: unknown };
    if (typeof pid !== "number") return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function findLogin(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const name of ["PULUMI_ACCESS_TOKEN", "PULUMI_BACKEND_URL"]) if (env[name]) return name;
  const file = join(env.PULUMI_HOME ?? join(homedir(), ".pulumi"), "credentials.json");
  try {
    const { current } = JSON.parse(await readFile(file, "utf8")) as { current?: unknown };
    return current ? "pulumi login" : undefined;
  } catch {
    return undefined;
  }
}

async function findGoogleCredentials(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const names = ["GOOGLE_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN"];
  const set = names.find((name) => env[name]);
  if (set) return set;
  const folder = env.CLOUDSDK_CONFIG ?? join(homedir(), ".config", "gcloud");
  return access(join(folder, "application_default_credentials.json")).then(
    () => "gcloud application-default login",
    () => undefined,
  );
}
