import { isAlerting, type RuleGroup } from "../../components/alerting/rule.ts";
import { selectorsOf } from "./selectors.ts";
import { intervalSeconds } from "./series.ts";

/** What one evaluation of a rule costs Prometheus, by its own account. */
export interface RuleCost {
  readonly rule: string;
  readonly alerting: boolean;
  readonly expr: string;
  /** Samples that it reads (`totalQueryableSamples`), and the most that it holds at a time. */
  readonly samples: number;
  readonly peak: number;
  /** Series that its selectors choose, each selector counted by itself. */
  readonly series: number;
  /** Series that come out. */
  readonly results: number;
  /** Seconds of evaluation, reading included. */
  readonly seconds: number;
  /** How often it is evaluated in an hour. */
  readonly perHour: number;
}

interface Answer {
  readonly resultType: string;
  readonly result: readonly unknown[];
  readonly stats: {
    readonly timings: { readonly evalTotalTime: number };
    readonly samples: { readonly totalQueryableSamples: number; readonly peakSamples: number };
  };
}

/** Asks Prometheus' HTTP API. @throws Error in its words */
async function ask<T>(url: string, path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`, {
    method: "POST",
    body: new URLSearchParams(parameters),
  });
  const answer = (await response.json()) as { status: string; error?: string; data: T };
  if (answer.status !== "success") throw new Error(`${Object.values(parameters)[0]}: ${answer.error}`);
  return answer.data;
}

/** How many series a selector chooses, in `reach` seconds before `end`. */
async function chosen(url: string, selector: string, end: number, reach: number): Promise<number> {
  const found = await ask<unknown[]>(url, "series", {
    "match[]": selector,
    start: String(end - reach),
    end: String(end),
  });
  return found.length;
}

/**
 * Evaluates every rule of these groups at `end` (seconds), and gives what each cost. @param tries how often, for the time:
 * the shortest counts
 * @throws Error for a recording rule that records nothing: then its series are missing, and it would seem cheap
 */
export async function ruleCosts(
  url: string,
  groups: readonly RuleGroup[],
  { end, reach, tries = 1 }: { readonly end: number; readonly reach: number; readonly tries?: number },
): Promise<RuleCost[]> {
  const costs: RuleCost[] = [];
  for (const group of groups) {
    for (const rule of group.rules) {
      const { expr } = rule;
      const evaluated = () => ask<Answer>(url, "query", { query: expr, time: String(end), stats: "all" });
      const { result, stats } = await evaluated();
      let seconds = stats.timings.evalTotalTime;
      for (let more = 1; more < tries; more += 1) {
        seconds = Math.min(seconds, (await evaluated()).stats.timings.evalTotalTime);
      }
      if (!isAlerting(rule) && result.length === 0)
        throw new Error(`${rule.record} records nothing: ${expr}`);
      let series = 0;
      for (const { selector } of selectorsOf(expr)) series += await chosen(url, selector, end, reach);
      costs.push({
        rule: isAlerting(rule) ? rule.alert : rule.record,
        alerting: isAlerting(rule),
        expr,
        samples: stats.samples.totalQueryableSamples,
        peak: stats.samples.peakSamples,
        series,
        results: result.length,
        seconds,
        perHour: 3600 / intervalSeconds(group),
      });
    }
  }
  return costs;
}
