import type { ReleaseEngine, ReleasePlan } from "../plan.ts";

/** What is so of every engine but Slipway's own. */
const EVERYWHERE = [
  "It doesn't ask whether the error budget is spent.",
  "The release ledger knows nothing of its releases.",
];

const NOTES: Readonly<Record<Exclude<ReleaseEngine, "slipway">, readonly string[]>> = {
  "argo-rollouts": [
    "Each look judges the window of its step's hold, not what came in since the step began.",
    "More looks without evidence than with any pause it until a person promotes or aborts it.",
    "Five minutes in which Prometheus gives no answer take the version back.",
  ],
  flagger: [
    "It looks once at the end of each hold, and `every` means nothing to it.",
    "A look without evidence takes the version back as a bad one does.",
  ],
  "google-cloud-deploy": [
    "It judges nothing by itself: a job beside each share looks for as long as the share is held.",
    "Each look judges the window of its step's hold, not what came in since the step began.",
    "A hold that ends without evidence takes the version back as a bad look does.",
  ],
};

/** What becomes otherwise where an engine carries a plan out, in sentences: nothing of it is lost in silence. */
export function engineNotes({ engine = "slipway" }: ReleasePlan): readonly string[] {
  return engine === "slipway" ? [] : [...NOTES[engine], ...EVERYWHERE];
}
