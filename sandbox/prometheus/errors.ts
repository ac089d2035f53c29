/** Prometheus could not be had, started or asked. The message says why and what helps. */
export class PrometheusError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PrometheusError";
  }
}

/**
 * Why a question has no answer: nobody is there, a token is missing or not taken, something else answers, it can't be answered,
 * or not now.
 */
export type NoAnswerKind = "unreachable" | "unauthorized" | "not-prometheus" | "refused" | "unavailable";

/** A question without an answer. The message says why, without a full stop: who asked knows what helps, by the kind, and may add it. */
export class NoAnswerError extends PrometheusError {
  readonly kind: NoAnswerKind;

  constructor(kind: NoAnswerKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
