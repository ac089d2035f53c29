import { LocalWorkspace, type OutputMap } from "@pulumi/pulumi/automation/index.js";
import {
  engineEnvironment,
  findEngine,
  preparePassphrase,
  pulumiCommand,
} from "../../sandbox/engine/index.ts";
import { sandboxPaths } from "../../sandbox/paths.ts";
import { CommandFailure } from "../exit.ts";
import { chooseTarget, type Target } from "./target.ts";

/** Outputs as they may be shown: secrets replaced. */
function shown(outputs: OutputMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, secret }]) => [name, secret ? "[secret]" : value]),
  );
}

async function readOutputs({ root, stack, sandbox }: Target): Promise<OutputMap> {
  const engine = await findEngine();
  if (engine === undefined) {
    throw new CommandFailure(
      "there is no engine yet, so nothing was deployed from here. Begin with: slipway up --stack sandbox",
    );
  }
  const paths = sandboxPaths(root);
  if (sandbox) await preparePassphrase(paths);
  const envVars = sandbox ? engineEnvironment(engine, paths) : {};
  try {
    const workspace = await LocalWorkspace.selectStack(
      { stackName: stack, workDir: root },
      { pulumiCommand: await pulumiCommand(engine), envVars },
    );
    return await workspace.outputs();
  } catch (error) {
    if (!/no stack named/.test(String(error))) throw error;
    throw new CommandFailure(
      `the stack "${stack}" has not been deployed${sandbox ? " to the sandbox" : ""}. Deploy it: slipway up --stack ${stack}${sandbox && stack !== "sandbox" ? " --sandbox" : ""}`,
    );
  }
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
  const outputs = shown(await readOutputs(chooseTarget(root, flags.stack, flags.sandbox === true)));
  process.stdout.write(
    flags.json ? `${JSON.stringify(outputs, null, 2)}\n` : `${[...lines(outputs, "")].join("\n")}\n`,
  );
}
