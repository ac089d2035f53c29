import type { createColors } from "picocolors";
import type { CloudServiceStatus, CloudStatus, LoadSummary } from "../../sandbox/cloud/index.ts";
import { alignColumns } from "./table.ts";

type Colors = ReturnType<typeof createColors>;

/** What `slipway sandbox status` shows: one line for each revision that has instances or can be reached. */
export function renderStatus(
  cloud: CloudStatus,
  services: readonly CloudServiceStatus[],
  colors: Colors,
): string {
  const head = `The local cloud runs: ${cloud.url} (process ${cloud.pid}, since ${cloud.startedAt}), metrics at ${cloud.url}/metrics`;
  if (services.length === 0) {
    return `${head}\nNo service yet. Deploy some: npm start`;
  }
  const header = ["STACK", "SERVICE", "ADDRESS", "REVISION", "WEIGHT", "READY", "RESTARTS", "IMAGE"].map(
    (title) => colors.bold(title),
  );
  const rows = [...services]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .flatMap((service) => serviceRows(service, colors));
  return [head, "", ...alignColumns([header, ...rows]), ...failures(services, colors)].join("\n");
}

/** The stack that a service belongs to, as its owner's URN names it. */
function stackOf({ owner }: CloudServiceStatus): string {
  return /^urn:pulumi:([^:]+)::/.exec(owner)?.[1] ?? "";
}

function serviceRows(service: CloudServiceStatus, colors: Colors): string[][] {
  const shown = service.revisions.filter(
    ({ name, instances }) =>
      instances > 0 ||
      service.traffic.some(({ revision }) => revision === name) ||
      name === service.latestCreatedRevision,
  );
  const rows = shown.map((revision) => {
    const entries = service.traffic.filter(({ revision: name }) => name === revision.name);
    const weight = entries.reduce((sum, { percent }) => sum + percent, 0);
    const tags = entries.flatMap(({ tag }) =>
      tag === undefined ? [] : [`${tag} ${service.tagUrls[tag] ?? ""}`.trim()],
    );
    const ready = `${revision.readyInstances}/${revision.instances}`;
    return [
      `${revision.name}${tags.length === 0 ? "" : ` (${tags.join(", ")})`}`,
      `${weight} %`,
      revision.readyInstances > 0 || weight === 0 ? ready : colors.red(ready),
      revision.restarts > 0 ? colors.yellow(String(revision.restarts)) : "0",
      revision.image + (revision.standIn ? colors.dim(" (sandbox/demo:1.0.0 stands in)") : ""),
    ];
  });
  return rows.map((cells, index) => [
    index === 0 ? stackOf(service) : "",
    index === 0 ? service.name : "",
    index === 0 ? service.url : "",
    ...cells,
  ]);
}

function failures(services: readonly CloudServiceStatus[], colors: Colors): string[] {
  const lines = services.flatMap(({ revisions, latestCreatedRevision }) =>
    revisions.flatMap(({ name, failure }) =>
      failure === undefined || name !== latestCreatedRevision ? [] : [colors.red(failure)],
    ),
  );
  return lines.length === 0 ? [] : ["", ...lines];
}

/** What `slipway sandbox load` shows at the end. */
export function renderLoad(summary: LoadSummary): string {
  const counts = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, count]) => `${key}: ${count} (${((100 * count) / Math.max(1, summary.sent)).toFixed(1)} %)`)
      .join(", ") || "none";
  const { p50, p90, p95, p99, max } = summary.latencyMs;
  const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  return alignColumns([
    ["sent", `${summary.sent} in ${summary.seconds.toFixed(1)} s to ${summary.url}`],
    [
      "no answer",
      `${summary.failed}${summary.dropped > 0 ? `; ${summary.dropped} not sent, too many under way` : ""}`,
    ],
    ["by status", counts(summary.byStatus)],
    ["by revision", counts(summary.byRevision)],
    [
      "latency",
      `P50 ${milliseconds(p50)}, P90 ${milliseconds(p90)}, P95 ${milliseconds(p95)}, P99 ${milliseconds(p99)}, slowest ${milliseconds(max)}`,
    ],
  ]).join("\n");
}
