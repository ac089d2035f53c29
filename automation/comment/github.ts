import { CommandFailure } from "../exit.ts";
import type { CommentTarget } from "./target.ts";

/** A comment, as far as GitHub's answer is read here. */
interface Comment {
  readonly id: number;
  readonly html_url: string;
  readonly body?: string | null;
  readonly user?: { readonly login: string; readonly type: string } | null;
}

/** What was done with the comment. */
export interface Written {
  readonly action: "made" | "updated" | "left as it is";
  readonly url: string;
}

/** How often GitHub is asked again where it is busy, and how long it may make one wait, in seconds. */
const ATTEMPTS = 5;
const LONGEST_WAIT = 90;
/** Longest that one answer may take, in milliseconds. */
const PATIENCE = 30_000;
/** Pages of a hundred comments that are looked through. */
const MOST_PAGES = 100;

/** GitHub can't answer just now, and says when to ask again. */
class Busy extends Error {
  readonly seconds: number | undefined;

  constructor(message: string, seconds: number | undefined) {
    super(message);
    this.seconds = seconds;
  }
}

/**
 * Puts a comment on a pull request, or updates the one that has the same marker and the same author. What is refused for a
 * while is tried again, as a whole: a comment that was made all the same is then found.
 * @param marker what the comment begins with
 * @param wait injected by tests
 * @throws CommandFailure where GitHub refuses
 */
export async function writeComment(
  target: CommentTarget,
  marker: string,
  body: string,
  wait: (milliseconds: number) => Promise<void> = (milliseconds) =>
    new Promise((resolve) => setTimeout(resolve, milliseconds)),
): Promise<Written> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await written(target, marker, body);
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      const seconds = error.seconds ?? 2 ** attempt;
      if (attempt === ATTEMPTS || seconds > LONGEST_WAIT)
        throw new CommandFailure(`${error.message}; tried ${attempt === 1 ? "once" : `${attempt} times`}`);
      await wait(seconds * 1000);
    }
  }
}

async function written(target: CommentTarget, marker: string, body: string): Promise<Written> {
  const comments = `/repos/${target.repository}/issues/${target.pullRequest}/comments`;
  const earlier = await ownComment(target, `${comments}?per_page=100`, marker);
  if (earlier === undefined) {
    const { value } = await asked(target, "POST", comments, { body });
    return { action: "made", url: (value as Comment).html_url };
  }
  if (earlier.body?.replaceAll("\r\n", "\n").trimEnd() === body.trimEnd())
    return { action: "left as it is", url: earlier.html_url };
  const path = `/repos/${target.repository}/issues/comments/${earlier.id}`;
  const { value } = await asked(target, "PATCH", path, { body });
  return { action: "updated", url: (value as Comment).html_url };
}

/** The first comment with the marker that the token's owner wrote: one of somebody else's may hold anything. */
async function ownComment(target: CommentTarget, path: string, marker: string): Promise<Comment | undefined> {
  let next: string | undefined = path;
  let isOwn: ((comment: Comment) => boolean) | undefined;
  for (let page = 0; next !== undefined && page < MOST_PAGES; page += 1) {
    const answer: Answer = await asked(target, "GET", next);
    const marked = (answer.value as Comment[]).filter(({ body }) => body?.startsWith(marker) === true);
    if (marked.length > 0) isOwn ??= await authorship(target);
    const own = marked.find((comment) => isOwn?.(comment));
    if (own !== undefined) return own;
    next = answer.next;
  }
  return undefined;
}

/** Who the token writes as: a user; or, where GitHub says that there is none, an app, of which only the kind is known. */
async function authorship(target: CommentTarget): Promise<(comment: Comment) => boolean> {
  const { status, value } = await asked(target, "GET", "/user", undefined, [403, 404]);
  if (status !== 200) return ({ user }) => user?.type === "Bot";
  const { login } = value as { readonly login: string };
  return ({ user }) => user?.login === login;
}

interface Answer {
  readonly status: number;
  readonly value: unknown;
  /** The path of the next page. */
  readonly next: string | undefined;
}

async function asked(
  { api, token, repository, pullRequest }: CommentTarget,
  method: "GET" | "POST" | "PATCH",
  path: string,
  body?: object,
  accepted: readonly number[] = [],
): Promise<Answer> {
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "user-agent": "slipway",
      "x-github-api-version": "2022-11-28",
    },
    // A redirect may lead elsewhere, and the token stays here.
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new Busy(`${api} does not answer: ${reasonOf(error)}`, undefined);
  });
  const text = await response.text();
  const value = jsonOf(text);
  if (response.ok && value !== undefined)
    return { status: response.status, value, next: nextPage(response, api) };
  const said = (value as { message?: unknown } | undefined)?.message;
  const message = typeof said === "string" ? said : `status ${response.status}`;
  if (isBusy(response, message)) throw new Busy(`GitHub can't answer (${message})`, waitOf(response));
  if (accepted.includes(response.status)) return { status: response.status, value, next: undefined };
  throw new CommandFailure(refusal(response.status, message, `${repository}#${pullRequest}`));
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The next page's path, if it is one of the same API. */
function nextPage(response: Response, api: string): string | undefined {
  const [, url] = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "") ?? [];
  return url?.startsWith(`${api}/`) === true ? url.slice(api.length) : undefined;
}

function isBusy({ status, headers }: Response, message: string): boolean {
  const limited = headers.get("x-ratelimit-remaining") === "0" || headers.has("retry-after");
  return status >= 500 || status === 429 || (status === 403 && (limited || /rate limit/i.test(message)));
}

/** Seconds that GitHub asks to wait. */
function waitOf({ headers }: Response): number | undefined {
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(after)) return after;
  if (headers.get("x-ratelimit-remaining") !== "0") return undefined;
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN) - Date.now() / 1000;
  return Number.isFinite(reset) ? Math.max(1, Math.ceil(reset)) : undefined;
}

/** Why GitHub refuses, and what to do. */
function refusal(status: number, message: string, where: string): string {
  const ways: Readonly<Record<number, string>> = {
    401: "GITHUB_TOKEN is not valid, or has ended",
    403: "the token may not write there: a workflow needs `permissions: pull-requests: write`, and one of a fork never has it (comment from a second workflow, on `workflow_run`)",
    404: "there is no such pull request, or the token may not see the repository",
    410: "the pull request takes no comments any more",
    422: "GitHub does not take the text",
  };
  const moved =
    status >= 300 && status < 400
      ? "the repository has another name now: --repository says which"
      : undefined;
  return `GitHub refuses to comment on ${where} (${message}): ${ways[status] ?? moved ?? `status ${status}`}`;
}
