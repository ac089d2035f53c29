/**
 * A stand-in for the API of EthixAI's backend, so that its smoke tests have something to test: users, data sets, analyses
 * and reports. It keeps nothing, for any instance may get the next request: ids and tokens say themselves what they stand
 * for. So it knows no password (each is right), and what is deleted is not missed.
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Sealer } from "./sealed.ts";

/** How long an analysis seems to take, in milliseconds. */
const ANALYSIS_MILLISECONDS = 300;
/** Tokens are good for an hour, in milliseconds. */
const TOKEN_MILLISECONDS = 3_600_000;
/** Bodies are smaller than this many bytes. */
const LARGEST_BODY = 1_000_000;

/** What to answer; no body for 204. */
interface ApiAnswer {
  readonly status: number;
  readonly body?: object;
}

/** A request that is refused: the status and what to say. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface Call {
  readonly request: IncomingMessage;
  /** The last part of the path, where the route has one for it. */
  readonly id: string;
  readonly seals: Sealer;
}

/** What an id of a data set says. */
interface Dataset {
  readonly owner: string;
  readonly rows: number;
  /** Share of each group's rows whose outcome is 1. */
  readonly rates: Readonly<Record<string, number>>;
}

/** What an id of an analysis says. */
interface Analysis extends Dataset {
  /** When it is done, in milliseconds since 1970. */
  readonly done: number;
}

const ROUTES: Readonly<Record<string, (call: Call) => Promise<ApiAnswer> | ApiAnswer>> = {
  "POST /api/auth/register": register,
  "POST /api/auth/login": login,
  "DELETE /api/users/:id": removeUser,
  "POST /api/datasets": upload,
  "DELETE /api/datasets/:id": removeDataset,
  "POST /api/analyses": analyse,
  "GET /api/analyses/:id": look,
  "GET /api/reports/:id": report,
};

/** The API's answer; undefined where method and path are none of its own. The request's body is read only for those. */
export async function answerApi(request: IncomingMessage, seals: Sealer): Promise<ApiAnswer | undefined> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const [, collection = "", id = ""] =
    /^(\/api\/(?:users|datasets|analyses|reports))\/([\w.-]+)$/.exec(pathname) ?? [];
  const name = `${request.method} ${collection === "" ? pathname : `${collection}/:id`}`;
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (route === undefined) return undefined;
  try {
    return await route({ request, id, seals });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: error.status, body: { error: error.message } };
  }
}

async function register({ request, seals }: Call): Promise<ApiAnswer> {
  const { email, password, expiresAt } = await readJson(request);
  if (!/^[^@\s]+@[^@\s]+$/.test(text(email))) throw new Refusal(400, "email: no address");
  if (text(password).length < 12) throw new Refusal(400, "password: shorter than 12 characters");
  return { status: 201, body: { id: seals.seal("user", { email }), email, ...expiry(expiresAt) } };
}

async function login({ request, seals }: Call): Promise<ApiAnswer> {
  const { email, password } = await readJson(request);
  if (text(email) === "" || text(password) === "") throw new Refusal(400, "email and password are wanted");
  const until = Date.now() + TOKEN_MILLISECONDS;
  const token = seals.seal("token", { owner: email, until, nonce: randomBytes(16).toString("base64url") });
  return { status: 200, body: { token, ...expiry(new Date(until).toISOString()) } };
}

function removeUser({ request, seals, id }: Call): ApiAnswer {
  const user = seals.open("user", id) as { email: string } | undefined;
  if (user?.email !== ownerOf(request, seals)) throw new Refusal(404, "no such user");
  return { status: 204 };
}

async function upload({ request, seals }: Call): Promise<ApiAnswer> {
  const owner = ownerOf(request, seals);
  const form = await readForm(request);
  const file = form.get("file");
  if (!(file instanceof File)) throw new Refusal(400, "file: no file");
  const { rows, rates } = outcomes(await file.text());
  const dataset: Dataset = { owner, rows, rates };
  return {
    status: 201,
    body: { id: seals.seal("dataset", dataset), rows, ...expiry(form.get("expiresAt")) },
  };
}

function removeDataset({ request, seals, id }: Call): ApiAnswer {
  owned<Dataset>("dataset", id, { request, seals });
  return { status: 204 };
}

async function analyse({ request, seals }: Call): Promise<ApiAnswer> {
  const { datasetId, expiresAt } = await readJson(request);
  const dataset = owned<Dataset>("dataset", text(datasetId), { request, seals });
  const analysis: Analysis = { ...dataset, done: Date.now() + ANALYSIS_MILLISECONDS };
  const id = seals.seal("analysis", analysis);
  return { status: 202, body: { id, status: "queued", ...expiry(expiresAt) } };
}

function look({ request, seals, id }: Call): ApiAnswer {
  const { done } = owned<Analysis>("analysis", id, { request, seals });
  return { status: 200, body: { id, status: Date.now() < done ? "running" : "done" } };
}

function report({ request, seals, id }: Call): ApiAnswer {
  const { rows, rates, done } = owned<Analysis>("analysis", id, { request, seals });
  if (Date.now() < done) throw new Refusal(409, "the analysis is not done");
  const values = Object.values(rates);
  const metrics = [
    { name: "demographic_parity_difference", value: Math.max(...values) - Math.min(...values) },
    ...Object.entries(rates).map(([group, value]) => ({ name: `selection_rate_${group}`, value })),
  ];
  return { status: 200, body: { analysisId: id, createdAt: new Date(done).toISOString(), rows, metrics } };
}

/** Rows of a CSV with the columns `group` and `outcome`, and the share of outcomes that are 1, by group. */
function outcomes(csv: string): { rows: number; rates: Record<string, number> } {
  const [head = [], ...rows] = csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const [group, outcome] = [head.indexOf("group"), head.indexOf("outcome")];
  if (group < 0 || outcome < 0 || rows.length === 0) {
    throw new Refusal(400, "file: no CSV with the columns group and outcome, and a row");
  }
  const byGroup = Map.groupBy(rows, (row) => row[group] ?? "");
  const rates = [...byGroup].map(([name, members]) => [
    name,
    members.filter((row) => row[outcome] === "1").length / members.length,
  ]);
  return { rows: rows.length, rates: Object.fromEntries(rates) };
}

/** Whose token the request carries. */
function ownerOf(request: IncomingMessage, seals: Sealer): string {
  const [, sealed = ""] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "") ?? [];
  const token = seals.open("token", sealed) as { owner: string; until: number } | undefined;
  if (token === undefined || token.until < Date.now()) throw new Refusal(401, "log in first");
  return token.owner;
}

/** What an id stands for, if it belongs to whoever asks. */
function owned<T extends Dataset>(kind: string, id: string, { request, seals }: Omit<Call, "id">): T {
  const owner = ownerOf(request, seals);
  const found = seals.open(kind, id) as T | undefined;
  if (found?.owner !== owner) throw new Refusal(404, `no such ${kind}`);
  return found;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

/** Given back as it came: a service that keeps things would remove them by then. */
function expiry(expiresAt: unknown): { expiresAt?: string } {
  if (expiresAt === undefined || expiresAt === null) return {};
  if (Number.isNaN(Date.parse(text(expiresAt)))) throw new Refusal(400, "expiresAt: no date");
  return { expiresAt: text(expiresAt) };
}

async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Refusal(413, `the body is larger than ${LARGEST_BODY} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse((await readBody(request)).toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof Refusal) throw error;
  }
  throw new Refusal(400, "the body is no JSON object");
}

async function readForm(request: IncomingMessage): Promise<FormData> {
  const headers = { "content-type": request.headers["content-type"] ?? "" };
  const body = await readBody(request);
  return await new Response(body, { headers }).formData().catch(() => {
    throw new Refusal(400, "the body is no multipart/form-data");
  });
}
