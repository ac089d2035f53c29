import type { Command } from "commander";

const HELP = `
FILE is what plan or check wrote with --format markdown, or plan.md and check.md of --out. The comment is known by the marker in
its first line and by its author: there is one for each stack, and it is updated in place.

In a workflow of GitHub's the repository and the pull request are known. GITHUB_TOKEN is read from the environment alone.
Where GitHub is busy, it is asked again, for a while.

Examples:
  $ slipway comment out/plan.md
  $ slipway plan --stack production --format markdown | slipway comment -
  $ slipway comment plan.md --repository shop/infrastructure --pull-request 42

Exit codes:
  0  the comment is there
  1  GitHub refuses, or does not answer
  2  the command was called wrongly, or there is no such file

Environment:
  GITHUB_TOKEN       a token that may write on pull requests
  GITHUB_REPOSITORY  OWNER/NAME, where --repository is not given
  GITHUB_EVENT_PATH  the event of a pull request, where --pull-request is not given
  GITHUB_API_URL     the API's address; default https://api.github.com`;

/** Adds `comment`. */
export function registerComment(program: Command): void {
  program
    .command("comment")
    .description("put a plan, or a check, on a pull request of GitHub's, or update it there")
    .argument("<file>", 'the report in Markdown; "-" for standard input')
    .option("-r, --repository <name>", "OWNER/NAME")
    .option("-p, --pull-request <number>", "which pull request")
    .addHelpText("after", HELP)
    .action(async (file: string, flags: { readonly repository?: string; readonly pullRequest?: string }) => {
      const { runComment } = await import("../comment/command.ts");
      process.exitCode = await runComment(file, flags);
    });
}
