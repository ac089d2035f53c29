import { createHash } from "node:crypto";
import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import type { PlanResult, PolicyFacts } from "../result.ts";
import { ancestryOf } from "../tree.ts";
import { verdictOf } from "./words.ts";

/** How severe GitHub takes a security finding to be: the middle of each of its ranges (it follows CVSS). */
const securitySeverity = { low: "2.0", medium: "5.5", high: "8.0", critical: "9.5" } as const;

/**
 * What the packs found, as SARIF 2.1.0, which GitHub's code scanning and editors read. A finding is about a resource and
 * not about a line, so it stands at the stack's file, and names the resource as its logical location.
 */
export function sarifReport(result: PlanResult): string {
  const indexes = new Map(result.policy.policies.map(({ id }, index) => [id, index]));
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Slipway",
            rules: result.policy.policies.map(ruleOf),
          },
        },
        automationDetails: { id: `slipway/${result.project}/${result.stack}/` },
        columnKind: "utf16CodeUnits",
        results: result.policy.results.map((found) =>
          resultOf(result, found, indexes.get(found.policy) ?? -1),
        ),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function ruleOf({ pack, id, title, severity, level, why, fix, requirements }: PolicyFacts) {
  return {
    id,
    name: id.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why}\n\n${fix}`, markdown: `${why}\n\n**How to mend it:** ${fix}` },
    defaultConfiguration: { level: level === "mandatory" ? "error" : "warning" },
    properties: {
      tags: [pack, ...requirements],
      precision: "very-high",
      ...(pack === "security" ? { "security-severity": securitySeverity[severity] } : {}),
    },
  };
}

const levels = { blocks: "error", warns: "warning", "not evaluated": "note" } as const;

function resultOf({ stack, resources }: PlanResult, found: PolicyResult, ruleIndex: number) {
  const { policy, urn, path, message, status } = found;
  const where = urn === "" ? "the stack" : ancestryOf(urn, resources);
  return {
    ruleId: policy,
    ruleIndex,
    level: levels[verdictOf(found)],
    message: { text: `${where}: ${status === "not evaluated" ? "not evaluated: " : ""}${message}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: `Pulumi.${stack}.yaml` }, region: { startLine: 1 } },
        ...(urn === ""
          ? {}
          : { logicalLocations: [{ name: where, fullyQualifiedName: urn, kind: "resource" }] }),
      },
    ],
    partialFingerprints: {
      "slipwayFinding/v1": fingerprint([policy, urn, path ?? "", urn === "" ? message : ""]),
    },
  };
}

/** What a finding is known by from one plan to the next. */
function fingerprint(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
