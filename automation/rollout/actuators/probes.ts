import { randomUUID } from "node:crypto";
import type { SoakRound } from "../../../components/release/plan.ts";
import { beginning, type Carrier, inSeconds, send } from "./request.ts";

/** The request that one turn of a conversation is. */
export interface TurnRequest {
  /** Where it is posted to. */
  readonly path: string;
  /** JSON. In its texts `{{text}}` stands for what is said, `{{conversation}}` for an id of the conversation, `{{turn}}` for 1, 2, 3 … */
  readonly body: Readonly<Record<string, unknown>>;
  /** Longest that an answer may take, in seconds. */
  readonly withinSeconds: number;
}

/** A chat's usual request. */
export const CHAT: TurnRequest = {
  path: "/chat",
  body: { message: "{{text}}", session_id: "{{conversation}}" },
  withinSeconds: 60,
};

/** What became of one kind of probe in a round. Turns after one that failed are not sent. */
export interface ProbeResult {
  readonly name: string;
  /** Turns that were answered with 2xx, and that were not. */
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** In one line, with the figures; where some failed, how the first of them did. */
  readonly text: string;
}

interface Conversation {
  readonly passed: number;
  readonly failure?: string;
}

/**
 * Goes through a soak's round: its kinds of probe one after the other, each with its conversations at once.
 * @param to a version's own address, or who carries requests there
 */
export async function runProbes(
  probes: readonly SoakRound[],
  to: string | Carrier,
  signal: AbortSignal,
  request: TurnRequest = CHAT,
): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const probe of probes) {
    const began = performance.now();
    const conversations = await Promise.all(
      Array.from({ length: probe.parallel ?? 1 }, () => converse(probe, to, signal, request)),
    );
    signal.throwIfAborted();
    results.push(sum(probe, conversations, (performance.now() - began) / 1000));
  }
  return results;
}

async function converse(
  { turns, tokens }: SoakRound,
  to: string | Carrier,
  signal: AbortSignal,
  { path, body, withinSeconds }: TurnRequest,
): Promise<Conversation> {
  const conversation = randomUUID();
  for (let turn = 1; turn <= turns; turn += 1) {
    const said = filled(body, { text: words(turn, tokens), conversation, turn: String(turn) });
    const { status, why, body: answer, seconds } = await send(to, path, withinSeconds, signal, said);
    if (status !== undefined && status >= 200 && status < 300) continue;
    const what = status === undefined ? why : `${status} ${beginning(answer)}`.trim();
    return { passed: turn - 1, failure: `turn ${turn}: POST ${path} ${what} in ${inSeconds(seconds)}` };
  }
  return { passed: turns };
}

/** Tokens of the question that every turn begins with. */
const QUESTION_TOKENS = 12;

/** Something to say that has about so many tokens: models take a short common word for one. */
function words(turn: number, tokens = 0): string {
  return `This is turn ${turn}. What did I say before?${" word".repeat(Math.max(0, tokens - QUESTION_TOKENS))}`;
}

/** A body with its placeholders filled, wherever in it they are. */
function filled(value: unknown, texts: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") return value.replaceAll(/\{\{(\w+)\}\}/g, (all, name) => texts[name] ?? all);
  if (Array.isArray(value)) return value.map((item) => filled(item, texts));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, texts)]));
}

function sum({ name }: SoakRound, conversations: readonly Conversation[], seconds: number): ProbeResult {
  const passed = conversations.reduce((total, each) => total + each.passed, 0);
  const failures = conversations.flatMap(({ failure }) => failure ?? []);
  const head = `${name}: ${passed} of ${passed + failures.length} turns answered in ${inSeconds(seconds)}`;
  const text = failures[0] === undefined ? head : `${head}; ${failures[0]}`;
  return { name, passed, failed: failures.length, seconds, text };
}
