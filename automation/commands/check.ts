import { type Command, Option } from "commander";

/** Formats that `--format` takes; spelt out here so that `--help` loads nothing. */
const formats = ["text", "json", "markdown", "sarif", "junit", "html"] as const;

interface CheckFlags {
  readonly format: (typeof formats)[number];
  readonly out?: string;
  readonly environment?: string;
  readonly policies?: string;
  readonly policyPack?: readonly string[];
}

const HELP = `
Runs all policy packs over manifests of Kubernetes and over the output of \`pulumi stack export\`: files, folders (all the way
down) and standard input. A file is taken for what it holds: YAML with any number of documents, JSON, lists. All manifests
together are judged as one stack. It reads, and changes nothing; no cluster, engine, account or network is needed.

Production's rules hold for an object, unless its label slipway.dev/environment (or environment), or else --environment, says
that it is for sandbox, development, testing, preview or staging. What a policy can't tell is "not evaluated", never a pass.

Templates are to be rendered first. The data of Secrets, and the secrets of an exported stack, are in no output.

--out writes policy.json, policy.sarif (for code scanning), policy.junit.xml (for test reports), check.md and check.html;
--format decides what is printed.

Examples:
  $ slipway check deploy/
  $ kustomize build overlays/staging | slipway check - --environment staging
  $ helm template shop ./chart | slipway check - --format sarif > slipway.sarif
  $ kubectl get deploy,sts,hpa,pdb,svc,netpol,ns -A -o yaml | slipway check -
  $ pulumi stack export --stack production | slipway check -
  $ slipway check deploy/ --policies policies.yaml

Exit codes:
  0  nothing stops this from being deployed
  1  the input can't be read, or there is nothing in it
  2  the command was called wrongly, or there is no such file
  3  a mandatory policy is violated

Environment:
  NO_COLOR  no colours, also on a terminal`;

/** Adds `check`. */
export function registerCheck(program: Command): void {
  program
    .command("check")
    .description("judge Kubernetes manifests, or an exported stack, by the policy packs")
    .argument("<file...>", 'manifests, folders of them, exported stacks; "-" for standard input')
    .addOption(new Option("-f, --format <format>", "what to print").choices(formats).default("text"))
    .option("-o, --out <folder>", "write the results' files there as well")
    .option("-e, --environment <name>", "what the manifests are for, where they don't say so themselves")
    .option(
      "-p, --policies <file>",
      "YAML of what a stack file says under slipway:policies: levels, settings, exemptions",
    )
    .option(
      "--policy-pack <folder>",
      "a policy pack besides our own, written for Node.js; may be said several times",
      // Not as a list: what follows is a file to check.
      (folder: string, before: readonly string[] = []) => [...before, folder],
    )
    .addHelpText("after", HELP)
    .action(async (files: string[], flags: CheckFlags) => {
      const { runCheck } = await import("../check/command.ts");
      process.exitCode = await runCheck(files, flags);
    });
}
