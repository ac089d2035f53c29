/**
 * The demo image: a small service with everything that a platform expects of one, and knobs to misbehave.
 * Plain node:http and no dependency, so that an instance is up in a tenth of a second.
 *
 * It reads the files that its variables ending in `_FILE` point to under /secrets, and refuses to start without them.
 * It never answers with a variable's or a secret's value.
 */
import { accessSync, constants } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { answerApi } from "./api.ts";
import { initialKnobs, turnKnobs } from "./knobs.ts";
import { sealerOf } from "./sealed.ts";

const env = process.env;
const service = env.K_SERVICE ?? "demo";
const revision = env.K_REVISION ?? "demo-1";
const image = env.SANDBOX_IMAGE ?? "sandbox/demo:1.0.0";
const root = env.SANDBOX_ROOT ?? "/";
const began = Date.now();
const seals = sealerOf(service);
const answers = new Map<number, number>();
let stopping = false;
let unreadyUntil = 0;

/** Names of the variables whose secret file is there and readable. */
function readableSecrets(): string[] {
  return Object.entries(env)
    .filter(([name, path]) => name.endsWith("_FILE") && path?.startsWith("/secrets/"))
    .map(([name, path]) => {
      try {
        accessSync(join(root, path ?? ""), constants.R_OK);
      } catch {
        throw new Error(`The secret file that ${name} names is not there or can't be read.`);
      }
      return name;
    })
    .sort();
}

function start() {
  try {
    return { knobs: initialKnobs(image, env), secrets: readableSecrets() };
  } catch (error) {
    console.error((error as Error).message);
    process.exit(78); // EX_CONFIG
  }
}
const { secrets, ...initial } = start();
let knobs = initial.knobs;

async function readJson(request: IncomingMessage): Promise<unknown> {
  // A web page can post plain text to any local port without asking, but not JSON.
  if (!/^application\/json\b/.test(request.headers["content-type"] ?? "")) {
    throw new Error("Send knobs with the header `content-type: application/json`.");
  }
  let text = "";
  for await (const chunk of request) {
    text += chunk;
    if (text.length > 10_000) throw new Error("Knobs are smaller than 10,000 characters.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The body is no JSON. Send, for example, {"errorRate": 0.02}.');
  }
}

function metrics(): string {
  return [
    "# HELP demo_requests_total Answers by status code.",
    "# TYPE demo_requests_total counter",
    ...[...answers].map(([code, count]) => `demo_requests_total{code="${code}"} ${count}`),
    "# HELP demo_uptime_seconds Seconds since this instance started.",
    "# TYPE demo_uptime_seconds gauge",
    `demo_uptime_seconds ${(Date.now() - began) / 1000}`,
    "",
  ].join("\n");
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  answers.set(status, (answers.get(status) ?? 0) + 1);
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const text = typeof body === "string" ? body : `${JSON.stringify(body)}\n`;
  const type = typeof body === "string" ? "text/plain; version=0.0.4; charset=utf-8" : "application/json";
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function health(response: ServerResponse, ok: boolean): void {
  answer(response, ok ? 200 : 503, { status: ok ? "ok" : "failing" });
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  switch (path) {
    case "/health/startup":
      return health(response, true);
    case "/health/liveness":
    case "/healthz":
      return health(response, knobs.liveness);
    case "/health/readiness":
    case "/readyz":
      return health(response, knobs.readiness && !stopping && Date.now() >= unreadyUntil);
    case "/version":
      return answer(response, 200, { service, revision, image });
    case "/metrics":
      return answer(response, 200, metrics());
    case "/knobs":
      if (request.method === "POST") {
        try {
          knobs = turnKnobs(knobs, await readJson(request), true);
          unreadyUntil = Date.now() + knobs.unreadyMs;
          knobs = { ...knobs, unreadyMs: 0 };
        } catch (error) {
          return answer(response, 400, { error: (error as Error).message });
        }
      }
      return answer(response, 200, knobs);
    default: {
      if (knobs.latencyMs > 0) await sleep(knobs.latencyMs);
      const fails = Math.random() < knobs.errorRate;
      const api = fails ? undefined : await answerApi(request, seals);
      request.resume();
      if (fails) return answer(response, 500, { error: "asked for by a knob" });
      if (api) return answer(response, api.status, api.body);
      return answer(response, 200, { service, revision, image, path, secrets });
    }
  }
}

const server = createServer((request, response) => {
  handle(request, response).catch(() => response.destroy());
});

// The smallest protocol to upgrade to: whatever comes in goes out again.
server.on("upgrade", (request, socket, head) => {
  socket.on("error", () => socket.destroy());
  if (request.headers.upgrade !== "echo") {
    socket.end(
      "HTTP/1.1 426 Upgrade Required\r\nupgrade: echo\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
    );
    return;
  }
  socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: Upgrade\r\n\r\n");
  socket.write(head);
  socket.pipe(socket);
});

process.on("SIGTERM", () => {
  stopping = true;
  if (!server.listening) process.exit(0);
  server.close(() => process.exit(0)); // when what is in flight is finished
  setInterval(() => server.closeIdleConnections(), 20);
});

if (knobs.exitAfterMs !== null && knobs.exitAfterMs === 0) {
  console.error("Ends while it starts, as its image tag says.");
  process.exit(1);
}
await sleep(knobs.neverStarts ? 2 ** 31 - 1 : knobs.startupMs);
// Only its own machine reaches it, unless it has a network of its own.
server.listen(Number(env.PORT ?? 8080), env.SANDBOX_ADDRESS ?? "127.0.0.1");
if (knobs.exitAfterMs !== null) {
  await sleep(knobs.exitAfterMs);
  console.error("Ends after some time of service, as its image tag says.");
  process.exit(1);
}
