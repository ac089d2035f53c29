import { eachAlertingRule } from "../alerts.ts";
import { each, parts, violation } from "../core/finding.ts";
import type { Finding, ResourcePolicy, Subject } from "../core/policy.ts";
import type { Property } from "../core/property.ts";
import { ALERT_POLICY, PROMETHEUS_RULE } from "../types.ts";
import { linkProblem, type ReadPage, RUNBOOKS, readRunbook } from "./runbook-pages.ts";

const MISSING = "is not set: whoever is woken by it is told nothing";

/** @param address that stands at `at`, or in its text */
function checkLink(at: Property, address: string, read: ReadPage): Finding | undefined {
  const problem = linkProblem(address, read);
  return problem === undefined ? undefined : violation(at, problem);
}

function checkRule(rule: Property, read: ReadPage): Finding | undefined {
  const at = rule.at("annotations", "runbook_url");
  const address = at.text();
  return address === undefined || address === "" ? violation(at, MISSING) : checkLink(at, address, read);
}

/**
 * Addresses in Markdown that may be a runbook's: those of this repository if there are any, else what can be asked for by HTTP.
 */
function addressesIn(markdown: string): string[] {
  const found = [
    ...markdown.matchAll(/\]\(\s*<?([^\s)>]+)|(?<![\w/])((?:https?:\/\/|docs\/runbooks\/)[^\s)>\]]+)/g),
  ].map(([, target, bare = ""]) => target ?? bare.replace(/[.,;:!?]+$/, ""));
  const own = found.filter((address) => address.includes(RUNBOOKS));
  return own.length > 0 ? own : found.filter((address) => /^https?:/i.test(address));
}

function checkPolicy({ props }: Subject, read: ReadPage): Finding[] {
  const links = props.at("documentation", "links");
  const content = props.at("documentation", "content");
  return parts(() => {
    const stated = links.items();
    if (stated.length > 0) {
      return each(stated, (link) => checkLink(link.at("url"), link.at("url").text() ?? "", read));
    }
    const addresses = addressesIn(content.text() ?? "");
    if (addresses.length === 0) return violation(links, MISSING);
    return addresses.flatMap((address) => checkLink(content, address, read) ?? []);
  });
}

/** The policy, with what reads a page. */
export function runbookLinks(read: ReadPage): ResourcePolicy {
  return {
    id: "alert-has-runbook",
    title: "An alert must say where its runbook is, and the runbook must be there.",
    severity: "high",
    level: "mandatory",
    why: "Whoever has just woken up reads one link. A dead one costs the minutes that count. Only runbooks of this repository are opened: what other https addresses hold can't be known without a network.",
    fix: "Give a rule annotations.runbook_url, an alert policy documentation.links[].url: docs/runbooks/SYSTEM/PAGE.md#alert, or an https address. `npx slipway runbooks --stack production` writes the pages of what Monitoring declares.",
    example: {
      yaml: `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: shop
spec:
  groups:
    - name: shop
      rules:
        - alert: RedisDown
          expr: redis_up == 0
          for: 1m
          annotations:
            runbook_url: https://wiki.example.com/runbooks/redis#redisdown`,
    },
    requirements: ["OS-05", "OS-10", "P8-09"],
    types: [PROMETHEUS_RULE, ALERT_POLICY],
    check: (resource) =>
      resource.type === PROMETHEUS_RULE
        ? parts(() => eachAlertingRule(resource, (rule) => checkRule(rule, read)))
        : checkPolicy(resource, read),
  };
}

export const alertHasRunbook = runbookLinks(readRunbook);
