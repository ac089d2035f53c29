import { createColors } from "picocolors";
import { counted, dollars } from "../plan/formats/words.ts";
import type { PlanResource } from "../plan/resources.ts";
import { fullName, objectiveText, type ServiceSummary } from "../plan/services.ts";
import { shortType, treeLines, treeOf } from "../plan/tree.ts";
import type { Address } from "./addresses.ts";
import type { Operation } from "./operations.ts";
import type { PolicyFinding, PolicyRemediation, ResourceChange } from "./run-events.ts";
import { type WorkloadSummary, workloadText } from "./workloads.ts";

/** All that a person wants to see at the end of a run; what `--json` prints. */
export interface Summary {
  readonly stack: string;
  readonly sandbox: boolean;
  readonly command: Operation;
  /** What the run failed with; absent where it ended well. */
  readonly failure?: string;
  /** Resources by what was done to them. */
  readonly changes: Readonly<Record<string, number>>;
  /** The same in words; `nothing to change` where nothing was. */
  readonly changed: string;
  /** Each resource that is changed. */
  readonly steps: readonly ResourceChange[];
  readonly policies: {
    readonly asked: number;
    readonly findings: readonly PolicyFinding[];
    /** What policies mended before it was deployed. */
    readonly remediations: readonly PolicyRemediation[];
  };
  /** Empty for a preview and after a destroy. */
  readonly resources: readonly PlanResource[];
  readonly addresses: readonly Address[];
  /** What runs on Kubernetes. */
  readonly workloads: readonly WorkloadSummary[];
  readonly services: readonly ServiceSummary[];
  /** US dollars a month at list prices, as if it ran in its own cloud. */
  readonly cost?: {
    readonly low: number;
    readonly expected: number;
    readonly high: number;
    /** What has no known price, and is in none of the sums. */
    readonly missing: readonly string[];
  };
  readonly warnings: readonly string[];
  readonly next: readonly string[];
}

function isComponent({ type }: PlanResource): boolean {
  return !type.startsWith("pulumi:") && type.startsWith("slipway:");
}

/** Resources that a provider made, by the component that they stand under. */
function countUnder(resources: readonly PlanResource[]): Map<string, number> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const counts = new Map<string, number>();
  for (const resource of resources) {
    if (isComponent(resource) || resource.type.startsWith("pulumi:")) continue;
    for (let at = byUrn.get(resource.parent ?? ""); at !== undefined; at = byUrn.get(at.parent ?? "")) {
      counts.set(at.urn, (counts.get(at.urn) ?? 0) + 1);
    }
  }
  return counts;
}

function times(policies: readonly string[]): string {
  const counts = Map.groupBy(policies, (policy) => policy);
  return [...counts]
    .map(([policy, { length }]) => (length === 1 ? policy : `${policy} ${length} times`))
    .join(", ");
}

const nameOf = (urn: string | undefined) => urn?.split("::").at(-1) ?? "";

/** What the policies said: each violation and exemption in full, and what could not be judged yet as a count. */
function policyLines(
  { asked, findings, remediations }: Summary["policies"],
  paint: ReturnType<typeof createColors>,
): string[] {
  if (asked === 0) return [];
  const exempted = findings.filter((finding) => finding.exempted);
  const unknown = findings.filter((finding) => finding.notEvaluated && !finding.exempted);
  const violations = findings.filter((finding) => !finding.notEvaluated && !finding.exempted);
  const verdict =
    violations.length === 0 ? paint.green("no violation") : counted(violations.length, "violation");
  const full = (mark: string, { policy, urn, message }: PolicyFinding) => [
    `${mark} ${policy}${urn === undefined ? "" : ` ${paint.dim(nameOf(urn))}`}`,
    ...message.split("\n").map((line) => `  ${line}`),
  ];
  return [
    `${asked} policies asked: ${verdict}`,
    ...violations.flatMap((finding) => full(finding.mandatory ? paint.red("✗") : paint.yellow("!"), finding)),
    ...exempted.flatMap((finding) => full(paint.dim("~"), finding)),
    ...remediations.map(
      ({ policy, urn, properties }) =>
        `${paint.green("✓")} ${policy} ${paint.dim(nameOf(urn))} mended ${properties.join(", ")}`,
    ),
    ...(unknown.length === 0
      ? []
      : [
          `${paint.cyan("?")} not evaluated, because a value is not known before deployment: ${times(unknown.map(({ policy }) => policy))}`,
        ]),
  ];
}

/** So many changes are named one by one; `--json` names all. */
const SHOWN_CHANGES = 30;
const SIGNS: Record<string, string> = { create: "+", update: "~", replace: "±", delete: "-" };

/** Changes one by one. */
export function changeLines(
  steps: readonly ResourceChange[],
  paint: ReturnType<typeof createColors>,
): string[] {
  const rest = steps.length - SHOWN_CHANGES;
  return [
    ...steps.slice(0, SHOWN_CHANGES).map(({ urn, operation, properties }) => {
      const [type, name] = urn.split("::").slice(-2);
      const short = shortType(type?.split("$").at(-1) ?? "");
      const what = properties.length === 0 ? "" : `: ${properties.join(", ")}`;
      return `${SIGNS[operation] ?? " "} ${operation.padEnd(7)} ${name} ${paint.dim(short)}${what}`;
    }),
    ...(rest > 0 ? [`… and ${rest} more (--json names all)`] : []),
  ];
}

/** Whether the changes are worth naming: where everything is made anew or goes, the tree and the count say it better. */
function namesChanges({ steps, command }: Summary): boolean {
  const whole = steps.every(({ operation }) => operation === steps[0]?.operation);
  return command === "preview" || !whole || steps.length <= SHOWN_CHANGES;
}

/** What to call the workloads: without a cluster, there is none that they could be in. */
function inCluster(workloads: readonly WorkloadSummary[]): string {
  return workloads.some(({ pods }) => pods !== undefined) ? "In the cluster" : "Without a cluster";
}

/** The summary for a terminal. */
export function summaryText(summary: Summary, color: boolean): string {
  const paint = createColors(color);
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", paint.bold(title), ...lines.map((line) => `  ${line}`)];
  const counts = countUnder(summary.resources);
  const tree = treeLines(treeOf(summary.resources.filter(isComponent))).map(
    ({ branch, resource }) =>
      `${paint.dim(branch)}${resource.name} ${paint.dim(`${resource.type.split(":").at(-1)}, ${counted(counts.get(resource.urn) ?? 0, "resource")}`)}`,
  );
  const addresses = summary.addresses.map(({ service, url, status }) => {
    const answer = status === undefined ? paint.red("does not answer") : paint.green(`answers ${status}`);
    return `${service.padEnd(24)} ${url}  ${answer}`;
  });
  const objectives = summary.services.flatMap((service) =>
    service.objectives.map((objective) => `${fullName(service).padEnd(20)} ${objectiveText(objective)}`),
  );
  const policies = policyLines(summary.policies, paint);
  const cost =
    summary.cost === undefined
      ? []
      : [
          `about ${dollars(summary.cost.expected)} a month at list prices in its own cloud (${dollars(summary.cost.low)} idle, ${dollars(summary.cost.high)} at peak day and night)`,
          ...(summary.cost.missing.length === 0
            ? []
            : [`without a known price: ${summary.cost.missing.join(", ")}`]),
        ];
  return [
    ...section("Changes", namesChanges(summary) ? changeLines(summary.steps, paint) : []),
    ...section("What exists", tree),
    ...section("Answering now", addresses),
    ...section(inCluster(summary.workloads), summary.workloads.map(workloadText)),
    ...section("Objectives", objectives),
    ...section("Policies", policies),
    ...section("Cost", cost),
    ...section("Warnings", summary.warnings),
    ...section("Next", summary.next),
    "",
    `${paint.bold(summary.stack)}${summary.sandbox ? " (sandbox)" : ""}: ${paint.green(summary.changed)}`,
    "",
  ].join("\n");
}
