import type { Flag, Setting } from "../../components/flags/flag.ts";

/** Switches of ONESource's seed, each a kill switch (OS-03, OS-08). */
export const FLAGS = {
  USE_UNIFIED_PIPELINE: {
    kind: "switch",
    default: true,
    why: "Requests go through the unified pipeline.",
    off: "Back to the old pipeline: the first thing to do when answers go wrong after a release.",
  },
  CONV_STORE_PRIMARY: {
    kind: "choice",
    of: ["redis", "mongo"],
    default: "redis",
    why: "Where conversations are read from and written to.",
    off: "mongo: when Redis is down or loses writes.",
  },
  CONV_DUAL_WRITE: {
    kind: "switch",
    default: false,
    why: "Conversations are written to both stores, for forensics.",
  },
  FEATURE_DYNAMIC_PROMPTS: {
    kind: "switch",
    default: true,
    why: "Prompts follow the conversation.",
    off: "Fixed prompts.",
  },
  FEATURE_SUGGESTED_ACTIONS: {
    kind: "switch",
    default: true,
    why: "Answers come with suggested actions.",
    off: "Answers alone.",
  },
} as const satisfies Record<string, Flag>;

/** Typed settings of ONESource's seed (OS-03), and what OS-09 asks to be shown and kept. */
export const SETTINGS = {
  CONV_TTL_SECONDS: {
    kind: "seconds",
    value: "30 days",
    min: "1 h",
    max: "30 days",
    why: "How long a conversation is kept; never longer than users are told (OS-09).",
  },
  CONV_MAX_TURNS: {
    kind: "count",
    value: 16,
    min: 1,
    max: 64,
    why: "Turns of a conversation that are kept.",
  },
  SCHEMA_REPAIR_RATE_ALERT: {
    kind: "ratio",
    value: 0.005,
    why: "Share of answers whose schema had to be repaired, above which the application warns.",
  },
  REDIS_SOCKET_TIMEOUT_MS: {
    kind: "milliseconds",
    value: "200 ms",
    min: "10 ms",
    max: "5 s",
    why: "How long Redis may take to answer.",
  },
  LLM_TIMEOUT_MS: {
    kind: "milliseconds",
    value: "20 s",
    min: "1 s",
    max: "55 s",
    why: "How long the model may take; less than a request may.",
  },
  RATE_LIMIT_PER_MINUTE: {
    kind: "count",
    value: 30,
    min: 1,
    max: 600,
    why: "Requests that one user may make in a minute (OS-09): the application's own limit, behind the edge's.",
  },
  LOG_CONTENT: {
    kind: "text",
    value: "hash-and-length",
    why: "What the log holds of a conversation: hashes and lengths, never its text (OS-09).",
    reload: false,
  },
  DISCLAIMER: {
    kind: "text",
    value: "Verify against NCC and relevant AS/NZS before use on-site",
    why: "Shown under every answer (OS-09).",
  },
  RETENTION_NOTICE: {
    kind: "text",
    value: "Context retained for 30 days per session",
    why: "Shown where a conversation begins (OS-09).",
  },
} as const satisfies Record<string, Setting>;
