import type { ReleasePlan } from "../../components/release/plan.ts";
import type { EthixaiEnvironment } from "./environments.ts";

/**
 * How new versions reach EthixAI's users (EA-09): a tenth of the requests, half, all, each watched for a while. What takes one
 * back (EA-10): more than 0.5 % errors, P95 over the service's limit, CPU over 80 %; the first two are its objectives.
 */
export function ethixaiRelease({ release: { hold, every } }: EthixaiEnvironment): ReleasePlan {
  return {
    strategy: "canary",
    steps: [10, 50, 100].map((weight) => ({ weight, hold })),
    gates: ["availability", "latency"],
    thresholds: [{ name: "cpu", limit: { kind: "cpu", under: 80 } }],
    every,
  };
}
