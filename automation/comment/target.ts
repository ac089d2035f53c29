import { existsSync, readFileSync } from "node:fs";
import { UsageError } from "../plan/errors.ts";

/** The pull request that a comment belongs to, and how GitHub is asked. */
export interface CommentTarget {
  /** `owner/name`. */
  readonly repository: string;
  readonly pullRequest: number;
  /** The API's address, without a slash at the end. */
  readonly api: string;
  /** Never printed. */
  readonly token: string;
}

/**
 * Where a comment goes: as the flags say, else as a workflow of GitHub's says it of itself.
 * @throws UsageError that says what is missing
 */
export function commentTarget(
  flags: { readonly repository?: string; readonly pullRequest?: string },
  env: NodeJS.ProcessEnv,
): CommentTarget {
  const token = env.GITHUB_TOKEN ?? "";
  if (token === "")
    throw new UsageError(
      "GITHUB_TOKEN is not set: a token that may write on pull requests (in a workflow: `env: GITHUB_TOKEN: ${{ github.token }}`, with `permissions: pull-requests: write`)",
    );
  const repository = flags.repository ?? env.GITHUB_REPOSITORY ?? "";
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new UsageError(
      repository === ""
        ? "which repository? --repository OWNER/NAME, or GITHUB_REPOSITORY"
        : `"${repository}" is no repository: OWNER/NAME, such as shop/infrastructure`,
    );
  return {
    repository,
    pullRequest: flags.pullRequest === undefined ? ofEvent(env) : numbered(flags.pullRequest),
    api: apiOf(env),
    token,
  };
}

function numbered(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new UsageError(`--pull-request "${text}" is no pull request's number, such as 42`);
  return Number(text);
}

/** The pull request that a workflow runs for. */
function ofEvent({ GITHUB_EVENT_PATH: file = "" }: NodeJS.ProcessEnv): number {
  const missing = new UsageError(
    file === ""
      ? "which pull request? --pull-request NUMBER, or an event of one in GITHUB_EVENT_PATH"
      : `the event in ${file} is not of a pull request: --pull-request NUMBER says which`,
  );
  if (file === "" || !existsSync(file)) throw missing;
  const event = JSON.parse(readFileSync(file, "utf8")) as {
    readonly pull_request?: { readonly number?: unknown };
    readonly issue?: { readonly number?: unknown; readonly pull_request?: unknown };
  };
  const found = event.pull_request?.number ?? (event.issue?.pull_request ? event.issue.number : undefined);
  if (typeof found !== "number") throw missing;
  return found;
}

function apiOf({ GITHUB_API_URL: given = "" }: NodeJS.ProcessEnv): string {
  const url = URL.parse(given === "" ? "https://api.github.com" : given);
  const isLocal = url?.hostname === "127.0.0.1" || url?.hostname === "localhost";
  if (url === null || (url.protocol !== "https:" && !isLocal))
    throw new UsageError(`GITHUB_API_URL "${given}" must be an https address: a token is sent there`);
  return url.href.replace(/\/+$/, "");
}
