import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { serveInTest } from "../../support/http.ts";

/** A comment as GitHub's API gives it. */
export interface StoredComment {
  readonly id: number;
  readonly html_url: string;
  body: string;
  readonly user: { readonly login: string; readonly type: "User" | "Bot" };
}

/** What GitHub answers instead, once for each entry. */
export interface Trouble {
  readonly method: string;
  readonly status: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether what was asked for is done all the same. */
  readonly done?: boolean;
}

/** GitHub, as far as comments of one pull request go. `login`: whom the token is of; absent, it is an app's. */
export async function github(options: { login?: string; perPage?: number; troubles?: Trouble[] } = {}) {
  const { login, perPage = 100, troubles = [] } = options;
  const comments: StoredComment[] = [];
  const asked: string[] = [];
  const tokens = new Set<string | undefined>();
  const author =
    login === undefined
      ? ({ login: "github-actions[bot]", type: "Bot" } as const)
      : ({ login, type: "User" } as const);
  const add = (body: string, user: StoredComment["user"] = author) => {
    const id = 1000 + comments.length;
    const html_url = `https://github.com/shop/infrastructure/pull/42#issuecomment-${id}`;
    comments.push({ id, html_url, body, user });
    return comments.at(-1) as StoredComment;
  };

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const method = request.method ?? "";
    const url = new URL(request.url ?? "", `http://${request.headers.host}`);
    asked.push(`${method} ${url.pathname}${url.search}`);
    tokens.add(request.headers.authorization);
    const send = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}) => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
      response.end(JSON.stringify(value));
    };
    const act = async () => {
      if (url.pathname === "/user") {
        if (login !== undefined) return send(200, { login, id: 1, type: "User" });
        return send(403, {
          message: "Resource not accessible by integration",
          documentation_url: "https://docs.github.com/rest/users/users#get-the-authenticated-user",
          status: "403",
        });
      }
      const one = /^\/repos\/shop\/infrastructure\/issues\/comments\/(\d+)$/.exec(url.pathname);
      if (method === "PATCH" && one !== null) {
        const comment = comments.find(({ id }) => id === Number(one[1])) as StoredComment;
        comment.body = ((await json(request)) as { body: string }).body;
        return send(200, comment);
      }
      if (url.pathname !== "/repos/shop/infrastructure/issues/42/comments")
        return send(404, { message: "Not Found", status: "404" });
      if (method === "POST") return send(201, add(((await json(request)) as { body: string }).body));
      const page = Number(url.searchParams.get("page") ?? 1);
      const end = page * perPage;
      const next = `${url.origin}${url.pathname}?per_page=100&page=${page + 1}`;
      const links = `<${url.origin}${url.pathname}?per_page=100&page=1>; rel="first", <${next}>; rel="next"`;
      return send(200, comments.slice(end - perPage, end), end < comments.length ? { link: links } : {});
    };
    const index = troubles.findIndex((one) => one.method === method);
    const [trouble] = index < 0 ? [] : troubles.splice(index, 1);
    if (trouble === undefined) return await act();
    if (trouble.done === true) add(((await json(request)) as { body: string }).body);
    send(trouble.status, { message: trouble.message ?? "Server Error" }, trouble.headers);
  }

  const { url } = await serveInTest((request, response) => void answer(request, response));
  return { url, comments, asked, tokens, add };
}
