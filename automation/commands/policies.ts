import type { Command } from "commander";
import type { DocsFlags, ListFlags, ShowFlags } from "../policies/command.ts";

const AFTER = `
Examples:
  $ slipway policies                                   every policy
  $ slipway policies --pack security
  $ slipway policies --framework cis-gke
  $ slipway policies list --stack production --json | jq '.policies[] | select(.enforcement == "disabled") | .id'
  $ slipway policies show pinned-image
  $ slipway policies docs --check

Exit codes:
  0  done
  1  the stack's file is wrong; docs --check: a page is missing, out of date or no longer generated
  2  the command was called wrongly, or there is no such policy, pack, framework or stack`;

const LIST = `
Each with its pack, its severity, its level and what must hold. With --stack its level is also what that stack has done with it
(slipway:policies of Pulumi.<stack>.yaml). --framework keeps those that help with a control of cis-kubernetes, cis-gke, cis-gcp,
nsa-cisa, pod-security, owasp-kubernetes or owasp.

Examples:
  $ slipway policies list
  $ slipway policies list --pack reliability --stack staging
  $ slipway policies list --framework pod-security --json | jq '.policies | length'`;

const SHOW = `
Why it is, how to mend what it finds, what complies, which published controls it helps with, the types that it looks at, what a
stack may set, whether it can mend by itself, and how to exempt a resource from it.

Examples:
  $ slipway policies show no-secret-in-environment
  $ slipway policies show pinned-image --stack production
  $ slipway policies show pinned-image --json | jq -r .fix`;

const DOCS = `
Writes a page for each pack, in which each policy has a heading of its own (security.md#pinned-image), and frameworks.md from
published controls to policies. Pages that an earlier run wrote and this one doesn't are removed; pages of your own stay.

Examples:
  $ slipway policies docs
  $ slipway policies docs --check            in a pipeline: are the pages those that the policies make?
  $ slipway policies docs --out out/policies`;

const STACK = ["-s, --stack <name>", "with what this stack has done with them: Pulumi.<name>.yaml"] as const;

/** Everything is loaded when it is used: `slipway --help` needs none of it. */
const actions = () => import("../policies/command.ts");

/** Adds `slipway policies [list]|show|docs`. */
export function registerPolicies(program: Command, root: string): void {
  const policies = program
    .command("policies")
    .description("list what the policy packs hold deployments to, explain one, write their pages")
    .addHelpText("after", AFTER);
  policies
    .command("list", { isDefault: true })
    .description("show every policy: its pack, severity, level and what must hold")
    .option("--pack <name>", "only this pack: security, reliability, slo, cost or exemptions")
    .option("--framework <name>", "only those that help with a control of this framework")
    .option(...STACK)
    .option("--json", "print the result as JSON")
    .addHelpText("after", LIST)
    .action(async (flags: ListFlags) => (await actions()).listPolicies(root, flags));
  policies
    .command("show")
    .description("explain one policy")
    .argument("<policy>", "its id")
    .option(...STACK)
    .option("--json", "print the result as JSON")
    .addHelpText("after", SHOW)
    .action(async (id: string, flags: ShowFlags) => (await actions()).showPolicy(root, id, flags));
  policies
    .command("docs")
    .description("write the pages of all policies")
    .option("-o, --out <folder>", "where pages are written (default: docs/policies of the project)")
    .option("--check", "write nothing; tell which pages are not as they would be written")
    .addHelpText("after", DOCS)
    .action(async (flags: DocsFlags) => {
      process.exitCode = (await actions()).policyDocs(root, flags);
    });
}
