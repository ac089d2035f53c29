import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { answerError, forward, forwardUpgrade } from "./proxy.ts";
import { NoInstanceError, type Revision } from "./revision.ts";
import { chooseRevision, type ResolvedTraffic, requestedTag } from "./traffic.ts";

/** What the router asks its service, anew for each request. */
export interface RouterService {
  readonly name: string;
  traffic(): readonly ResolvedTraffic[];
  revision(name: string): Revision | undefined;
  /** One request ended. `revision` is `none` when it reached none. */
  observe(revision: string, request: IncomingMessage, code: number, seconds: number): void;
}

class RouteError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

class TimeoutError extends RouteError {
  constructor(seconds: number) {
    super(504, `The request took longer than the ${seconds} s that the service gives it.`);
  }
}

/** Takes a service's requests, on one port of its own and one for each tag, and sends each to a revision. */
export class Router {
  readonly #service: RouterService;
  readonly #random: () => number;
  readonly #servers = new Map<number, Server>();
  /** Upgraded connections, which a server forgets. */
  readonly #upgraded = new Map<number, Set<Duplex>>();

  /** @param random 0 ≤ random < 1, drawn once for each request without a tag */
  constructor(service: RouterService, random: () => number) {
    this.#service = service;
    this.#random = random;
  }

  /** Listens; with `tag`, for that tag only. @throws Error when the port is not free */
  async open(port: number, tag?: string): Promise<void> {
    if (this.#servers.has(port)) return;
    const server = createServer((request, response) => void this.#handle(request, response, tag));
    const upgraded = new Set<Duplex>();
    this.#upgraded.set(port, upgraded);
    server.on("upgrade", (request, socket, head) => {
      upgraded.add(socket);
      socket.once("close", () => upgraded.delete(socket));
      void this.#upgrade(request, socket, head, tag);
    });
    // The revision's own time-out rules; a slow upload is not the router's business.
    server.requestTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
    this.#servers.set(port, server);
  }

  /** Ports that it listens on. */
  get ports(): number[] {
    return [...this.#servers.keys()];
  }

  /** Stops listening; what is in flight may finish within `seconds`. */
  async close(port: number, seconds: number): Promise<void> {
    const server = this.#servers.get(port);
    if (!server) return;
    this.#servers.delete(port);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // A client's connection that its last answer leaves idle would else stay open as long as the client likes.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const timer = setTimeout(() => {
      server.closeAllConnections();
      for (const socket of this.#upgraded.get(port) ?? []) socket.destroy();
    }, 1000 * seconds);
    await closed;
    clearTimeout(timer);
    clearInterval(sweep);
    this.#upgraded.delete(port);
  }

  /** Which revision a request goes to. @throws RouteError 404 for an unknown tag, 503 when none can serve */
  #choose(request: IncomingMessage, fixedTag: string | undefined): Revision {
    const traffic = this.#service.traffic();
    const header = request.headers["x-slipway-tag"];
    const tag =
      fixedTag ?? requestedTag(header === undefined ? undefined : String(header), request.headers.host);
    if (tag !== undefined) {
      const entry = traffic.find((candidate) => candidate.tag === tag);
      const tagged = entry && this.#service.revision(entry.revision);
      if (tagged) return tagged;
      const tags = traffic.flatMap((candidate) => candidate.tag ?? []);
      throw new RouteError(
        entry ? 503 : 404,
        entry
          ? `The tag "${tag}" of service "${this.#service.name}" has no ready revision yet.`
          : `Service "${this.#service.name}" has no tag "${tag.slice(0, 63)}". It has: ${tags.join(", ") || "none"}.`,
      );
    }
    const available = (name: string) => this.#service.revision(name)?.canServe() ?? false;
    const name = chooseRevision(traffic, available, this.#random());
    const chosen = name === undefined ? undefined : this.#service.revision(name);
    if (!chosen) throw new RouteError(503, `No instance of service "${this.#service.name}" is ready.`);
    return chosen;
  }

  async #handle(request: IncomingMessage, response: ServerResponse, tag: string | undefined): Promise<void> {
    const began = performance.now();
    const cancel = new AbortController();
    let revision: Revision | undefined;
    let timer: NodeJS.Timeout | undefined;
    response.once("close", () => {
      clearTimeout(timer);
      const code = response.writableFinished ? response.statusCode : 499;
      cancel.abort(new Error("The client went away."));
      this.#service.observe(revision?.name ?? "none", request, code, (performance.now() - began) / 1000);
    });
    try {
      revision = this.#choose(request, tag);
      const { timeoutSeconds } = revision.spec.template;
      timer = setTimeout(() => cancel.abort(new TimeoutError(timeoutSeconds)), 1000 * timeoutSeconds);
      await forward(request, response, revision, cancel.signal);
    } catch (error) {
      answerError(request, response, statusOf(error), (error as Error).message, revision?.name);
    }
  }

  async #upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    tag: string | undefined,
  ): Promise<void> {
    const began = performance.now();
    const cancel = new AbortController();
    let code = 499;
    let revision: Revision | undefined;
    let timer: NodeJS.Timeout | undefined;
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      clearTimeout(timer);
      cancel.abort(new Error("The client went away."));
      this.#service.observe(revision?.name ?? "none", request, code, (performance.now() - began) / 1000);
    });
    try {
      revision = this.#choose(request, tag);
      const { timeoutSeconds } = revision.spec.template;
      timer = setTimeout(() => cancel.abort(new TimeoutError(timeoutSeconds)), 1000 * timeoutSeconds);
      code = await forwardUpgrade(request, socket, head, revision, cancel.signal);
    } catch (error) {
      code = statusOf(error);
      if (socket.writable) socket.end(`HTTP/1.1 ${code} \r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    }
  }
}

function statusOf(error: unknown): number {
  return error instanceof RouteError || error instanceof NoInstanceError ? error.status : 502;
}
