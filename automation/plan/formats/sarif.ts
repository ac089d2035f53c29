import { createHash } from "node:crypto";
import type { PolicyResult } from "../../../policies/core/evaluate.ts";
import type { PolicyFacts } from "../result.ts";
import { fullSubject, type Shown } from "./shown.ts";
import { verdictOf } from "./words.ts";

/** How severe GitHub takes a security finding to be: the middle of each of its ranges (it follows CVSS). */
const securitySeverity = { low: "2.0", medium: "5.5", high: "8.0", critical: "9.5" } as const;

/**
 * What the packs found, as SARIF 2.1.0, which GitHub's code scanning and editors read. A finding names the resource as its
 * logical location.
 */
export function sarifReport(shown: Shown): string {
  const { kind, result } = shown;
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
        automationDetails: {
          id: `slipway/${kind === "Plan" ? "" : `${kind.toLowerCase()}/`}${fullSubject(shown)}/`,
        },
        columnKind: "utf16CodeUnits",
        results: result.policy.results.map((found) =>
          resultOf(shown, found, indexes.get(found.policy) ?? -1),
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

function resultOf(shown: Shown, found: PolicyResult, ruleIndex: number) {
  const { policy, urn, path, message, status } = found;
  const where = shown.where(found);
  const { file, line, column } = shown.place(found);
  return {
    ruleId: policy,
    ruleIndex,
    level: levels[verdictOf(found)],
    message: { text: `${where}: ${status === "not evaluated" ? "not evaluated: " : ""}${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: fileUri(file) },
          region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
        },
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

/** A path as SARIF wants it: a relative reference, in which blanks and the like are escaped. */
function fileUri(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join("/");
}

/** What a finding is known by from one run to the next. */
function fingerprint(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
