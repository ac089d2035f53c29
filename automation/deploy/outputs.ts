import {
  engineEnvironment,
  findEngine,
  languageHostEnvironment,
  preparePassphrase,
} from "../../sandbox/engine/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { CommandFailure } from "../exit.ts";
import { isUnknownStack, PulumiCommands } from "./pulumi.ts";
import { deployedResources, type StateResource } from "./state.ts";
import { chooseTarget, type Target } from "./target.ts";

/** Asks the engine about a stack that was deployed, without opening it for work. @throws CommandFailure where it was not */
async function askDeployed<T>(
  { root, stack, sandbox }: Target,
  question: (commands: PulumiCommands) => Promise<T>,
): Promise<T> {
  const engine = await findEngine();
  if (engine === undefined) {
    throw new CommandFailure(
      "there is no engine yet, so nothing was deployed from here. Begin with: slipway up --stack sandbox",
    );
  }
  const paths = sandboxPaths(root);
  if (sandbox) await preparePassphrase(paths);
  const env = sandbox ? engineEnvironment(engine, paths) : languageHostEnvironment();
  try {
    return await question(new PulumiCommands(engine, root, stack, env));
  } catch (error) {
    if (!isUnknownStack(String(error))) throw error;
    throw new CommandFailure(
      `the stack "${stack}" has not been deployed${sandbox ? " to the sandbox" : ""}. Deploy it: slipway up --stack ${stack}${sandbox && stack !== "sandbox" ? " --sandbox" : ""}`,
    );
  }
}

/** A stack's outputs; secrets are not among them. @throws CommandFailure where it was not deployed */
export async function readOutputs(target: Target): Promise<Record<string, unknown>> {
  return await askDeployed(target, (commands) => commands.outputs());
}

/** What a stack's state holds, without its providers. @throws CommandFailure where it was not deployed */
export async function readDeployed(target: Target): Promise<StateResource[]> {
  return await askDeployed(target, (pulumi) => deployedResources({ pulumi }));
}

function* lines(value: unknown, path: string): Generator<string> {
  if (value === null || typeof value !== "object") {
    yield `${path}  ${String(value)}`;
    return;
  }
  for (const [key, inner] of Object.entries(value)) yield* lines(inner, path === "" ? key : `${path}.${key}`);
}

/** Prints a stack's outputs: one line for each value, or JSON. */
export async function printOutputs(
  root: string,
  flags: { stack: string; sandbox?: true; json?: true },
): Promise<void> {
  const outputs = await readOutputs(chooseTarget(root, flags.stack, flags.sandbox === true));
  const text = [...lines(outputs, "")].join("\n") || `the stack "${flags.stack}" has no outputs.`;
  process.stdout.write(flags.json ? `${JSON.stringify(outputs, null, 2)}\n` : `${text}\n`);
}
