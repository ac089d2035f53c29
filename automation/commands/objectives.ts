import { type Command, Option } from "commander";
import type { ImportFlags } from "../objectives/run.ts";
import type { StackFlags } from "../objectives/stack.ts";

/** Formats that `import --format` takes; spelt out here so that `--help` loads nothing. */
const formats = ["typescript", "json"] as const;

const AFTER = `
Examples:
  $ slipway objectives list --stack production
  $ slipway objectives export --stack production > slo.yaml
  $ slipway objectives import slo.yaml > systems/shop/objectives.ts

Exit codes:
  0  done
  1  the file can't be imported, or the stack can't be planned or promises nothing
  2  the command was called wrongly, or there is no such file, stack or system`;

const LIST = `
Examples:
  $ slipway objectives list --stack production
  $ slipway objectives list --stack staging --system onesource --json`;

const EXPORT = `
Prints OpenSLO v1: a Service for each service, an SLO for each objective with its queries for Prometheus, an AlertPolicy with its
AlertCondition for each burn rate, an AlertNotificationTarget for each severity. The stack is planned in this process, without
engine, account or network. What OpenSLO has no field for is in annotations (slipway.dev/…), so that an import changes nothing.

Examples:
  $ slipway objectives export --stack production > slo.yaml
  $ slipway objectives export --stack production --system onesource | slipway objectives import -`;

const IMPORT = `
Reads YAML or JSON, one document or many: OpenSLO v1, Sloth's files (version: prometheus/v1) and its objects of Kubernetes
(PrometheusServiceLevel). What was left out, or taken for something else, is told on standard error. TypeScript is written for a
file in a system's folder, such as systems/shop/objectives.ts; JSON holds the notes too.

Examples:
  $ slipway objectives import slo.yaml > systems/shop/objectives.ts
  $ slipway objectives import sloth.yaml --owner shop-platform
  $ kubectl get prometheusservicelevels -A -o yaml | slipway objectives import - --owner shop-platform --format json`;

/** Everything is loaded when it is used: `slipway --help` needs none of it. */
const actions = () => import("../objectives/run.ts");

function ofStack(command: Command): Command {
  return command
    .requiredOption("-s, --stack <name>", "the stack: Pulumi.<name>.yaml")
    .option("--system <name>", "only this system (default: all of the stack's)");
}

/** Adds `slipway objectives list|export|import`. */
export function registerObjectives(program: Command, root: string): void {
  const objectives = program
    .command("objectives")
    .description("list what is promised, write it as OpenSLO, read it from OpenSLO or Sloth")
    .addHelpText("after", AFTER);
  ofStack(objectives.command("list"))
    .description("show every objective of a stack: in words, and who is told when")
    .option("--json", "print the result as JSON")
    .addHelpText("after", LIST)
    .action(async (flags: StackFlags & { readonly json?: true }) =>
      (await actions()).listObjectives(root, flags),
    );
  ofStack(objectives.command("export"))
    .description("print a stack's objectives as OpenSLO")
    .addHelpText("after", EXPORT)
    .action(async (flags: StackFlags) => (await actions()).exportObjectives(root, flags));
  objectives
    .command("import")
    .description("print the objectives of an OpenSLO or Sloth file, to be declared")
    .argument("<file>", 'the file; "-" for standard input')
    .option("--owner <team>", "who answers for objectives whose file names nobody")
    .addOption(new Option("-f, --format <format>", "what to print").choices(formats).default("typescript"))
    .addHelpText("after", IMPORT)
    .action(async (file: string, flags: ImportFlags) => (await actions()).importFile(file, flags));
}
