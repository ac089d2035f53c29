import type { KubeConfig } from "@kubernetes/client-node";
import { readConnection } from "../../sandbox/kubernetes/connection.ts";
import { nearest } from "../../sandbox/models/nearest.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { chooseTarget } from "../deploy/target.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { readProject } from "../plan/project.ts";

/** Options that name a cluster. */
export interface ClusterFlags {
  readonly stack: string;
  readonly sandbox?: true;
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** The cluster that a stack's workloads run in. */
export interface StackCluster {
  readonly stack: string;
  /** Where the stack is on its way, as its objects say it; undefined where its file doesn't. */
  readonly environment: string | undefined;
  readonly sandbox: boolean;
  readonly context: string;
  /** Absolute path, or relative to where the command is typed; undefined for what kubectl would take. */
  readonly kubeconfig: string | undefined;
}

/** What a stack file says that is of use here. */
interface StackFacts {
  readonly environment?: string;
  readonly cluster?: { readonly context?: string };
}

/**
 * Finds out which cluster a stack uses, without its program, its state or an engine.
 * @throws CommandFailure where nothing says it; UsageError where there is no such stack
 */
export function chooseCluster(root: string, flags: ClusterFlags): StackCluster {
  const { stack, sandbox } = chooseTarget(root, flags.stack, flags.sandbox === true);
  const { environment, cluster } = stackFacts(root, stack);
  const common = { stack, environment, sandbox };
  if (sandbox) {
    if (flags.context !== undefined || flags.kubeconfig !== undefined) {
      throw new CommandFailure(
        "--context and --kubeconfig name a cluster of your own; the sandbox has one already: leave them out.",
        EXIT.usage,
      );
    }
    const connection = readConnection(sandboxPaths(root).kubernetes);
    if (connection === undefined) {
      throw new CommandFailure(
        `the sandbox has no Kubernetes cluster, so nothing runs in one. \`slipway sandbox kubernetes start\` starts one, and \`slipway up --stack ${stack}${stack === "sandbox" ? "" : " --sandbox"}\` deploys to it.`,
      );
    }
    return { ...common, context: connection.context, kubeconfig: connection.kubeconfig };
  }
  const context = flags.context ?? cluster?.context;
  if (context === undefined) {
    throw new CommandFailure(
      [
        `nothing says which cluster the stack "${stack}" runs in, and the current context may be any. Name it`,
        "  for this once:  --context NAME (kubectl config get-contexts lists them)",
        `  for good:       in Pulumi.${stack}.yaml, under config, slipway:stack, cluster: {context: NAME}`,
      ].join("\n"),
      EXIT.usage,
    );
  }
  return { ...common, context, kubeconfig: flags.kubeconfig };
}

function stackFacts(root: string, stack: string): StackFacts {
  const text = readProject(root, stack).config["slipway:stack"];
  try {
    return (JSON.parse(text ?? "{}") as StackFacts | null) ?? {};
  } catch {
    return {}; // Not Slipway's: the program is another one.
  }
}

/** The kubeconfig, with the context that is meant as its current one. @throws CommandFailure where it has none of that name */
export async function loadKubeconfig({ kubeconfig, context }: StackCluster): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    const which = kubeconfig ?? process.env.KUBECONFIG ?? "~/.kube/config";
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`the kubeconfig ${which} can't be read: ${why}`);
  }
  const contexts = config.getContexts().map(({ name }) => name);
  if (!contexts.includes(context)) {
    const near = nearest(context, contexts);
    throw new CommandFailure(
      `the kubeconfig ${kubeconfig ?? process.env.KUBECONFIG ?? "~/.kube/config"} has no context "${context}"${near === undefined ? `. It has: ${contexts.join(", ") || "none"}` : `; did you mean "${near}"?`}`,
      EXIT.usage,
    );
  }
  config.setCurrentContext(context);
  return config;
}
