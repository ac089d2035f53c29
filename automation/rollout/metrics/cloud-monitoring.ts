import type { GoogleAuth } from "google-auth-library";
import { measuredByCloudRun } from "../../../components/alerting/cloud/filters.ts";
import { cloudLatencyBuckets, cloudMean, cloudRates } from "../../../components/alerting/cloud/queries.ts";
import { budgetShare } from "../../../components/objectives/budget.ts";
import { countsEvents, type NormalizedIndicator } from "../../../components/objectives/indicator.ts";
import type { MeasuredService } from "../../../components/objectives/measured-service.ts";
import type { NormalizedObjective } from "../../../components/objectives/objective.ts";
import { DAY } from "../../../components/units.ts";
import { NoAnswerError } from "../../../sandbox/prometheus/errors.ts";
import { PrometheusSource } from "../../status/prometheus.ts";
import type { RolloutMetrics } from "../gate.ts";
import { ANSWER_SECONDS, PrometheusMetrics, reading } from "./prometheus.ts";
import { type Asking, promQuestion, type Question } from "./questions.ts";
import { noBucket } from "./reading.ts";

/** Cloud Run's metrics have a value each minute, so nothing shorter has two. */
const SHORTEST = 120;

/** Where Cloud Monitoring answers PromQL, and who lets in. */
export interface CloudMonitoringOptions {
  /** Default: Google's own. */
  readonly base?: string;
  /** An access token. Default: the application default credentials'. */
  readonly token?: () => Promise<string>;
}

/** Events of an indicator: by Cloud Run's own metrics what it measures, else by those that the service exports. */
function eventQuestion(
  service: MeasuredService,
  indicator: NormalizedIndicator,
  revision: string | undefined,
  seconds: number,
): Question {
  const { kind, thresholdSeconds = 0 } = indicator;
  if (kind === "latency" && measuredByCloudRun(indicator)) {
    const rate = cloudLatencyBuckets(service, { revision })(seconds);
    return { kind: "buckets", rate, edge: 1000 * thresholdSeconds };
  }
  const { total, bad } = cloudRates(service, indicator, { revision });
  const unknown = noBucket(service.metrics.duration, thresholdSeconds);
  return { kind: "events", total: total(seconds), bad: bad(seconds), unknown };
}

/** What Cloud Monitoring is asked: of Cloud Run's own metrics what it measures, the rest as Managed Prometheus has it. */
export const cloudQuestion: Asking = (service, gate, revision, seconds) => {
  const { measure, badWhen } = gate;
  if (service.runtime !== "cloud-run") return promQuestion(service, gate, revision, seconds);
  const figure = (value: string): Question => ({ kind: "value", value, badWhen });
  const mean = (distribution: string) => cloudMean(service, { revision }, distribution)(seconds);
  switch (measure.kind) {
    case "indicator":
      return countsEvents(measure.indicator)
        ? eventQuestion(service, measure.indicator, revision, seconds)
        : promQuestion(service, gate, revision, seconds);
    case "cpu":
    case "memory":
      return figure(`100 * ${mean(`container_${measure.kind}_utilizations`)}`);
    case "mean":
      return measure.metric === service.metrics.duration
        ? figure(`${mean("request_latencies")} / 1000`)
        : promQuestion(service, gate, revision, seconds);
    case "query":
      return promQuestion(service, gate, revision, seconds);
  }
};

/** Makes access tokens of whoever is logged in on this machine, or of the service account that it runs as. */
function defaultCredentials(): () => Promise<string> {
  let auth: Promise<GoogleAuth> | undefined;
  const made = async () => {
    const google = await import("google-auth-library");
    return new google.GoogleAuth({ scopes: "https://www.googleapis.com/auth/monitoring.read" });
  };
  return async () => {
    let token: string | null | undefined;
    try {
      auth ??= made();
      token = await (await auth).getAccessToken();
    } catch (error) {
      throw new NoAnswerError("unauthorized", `there are no credentials: ${(error as Error).message}`);
    }
    if (token) return token;
    throw new NoAnswerError("unauthorized", "the credentials of this machine give no access token");
  };
}

function waysOut(project: string) {
  return {
    unreachable: ". Does this machine reach Google's APIs?",
    unauthorized: `. Whoever asks needs roles/monitoring.viewer in the project ${project}; as a person: gcloud auth application-default login`,
    "not-prometheus": `. Is ${project} the project's id, and its Monitoring API on? gcloud services enable monitoring.googleapis.com --project ${project}`,
    unavailable: ". It is asked again at the next look",
  };
}

/** Seconds of an objective's window until now; a calendar month's begins with the month. */
function windowSeconds({ windowDays, calendar }: NormalizedObjective, at: Date): number {
  if (calendar !== true) return windowDays * DAY;
  const month = Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  return Math.max(SHORTEST, Math.round((at.getTime() - month) / 1000));
}

/** Asks the Cloud Monitoring of a project, in PromQL. */
class CloudMonitoringMetrics extends PrometheusMetrics {
  readonly #source: PrometheusSource;

  constructor(source: PrometheusSource) {
    super(source, { asking: cloudQuestion, shortest: SHORTEST });
    this.#source = source;
  }

  /** Reckoned from the events of each window, since no rules record them. Of shares of time nobody tells. */
  override async budgets(
    service: MeasuredService,
    at: Date,
  ): Promise<Readonly<Record<string, number | undefined>>> {
    const left = async (objective: NormalizedObjective) => {
      if (!countsEvents(objective)) return undefined;
      const seconds = windowSeconds(objective, at);
      const question = eventQuestion(service, objective, undefined, seconds);
      const told = await reading(this.#source, question, at, seconds);
      return told.kind === "events" ? 1 - told.bad / told.total / budgetShare(objective) : undefined;
    };
    const all = service.objectives.map(async (each) => [each.name, await left(each)] as const);
    return Object.fromEntries(await Promise.all(all));
  }
}

/** The Cloud Monitoring of a project. @param project its id */
export function cloudMonitoring(
  project: string,
  { base = "https://monitoring.googleapis.com", token = defaultCredentials() }: CloudMonitoringOptions = {},
): RolloutMetrics {
  const address = new URL(`/v1/projects/${project}/location/global/prometheus/`, base);
  return new CloudMonitoringMetrics(
    new PrometheusSource(address, token, { timeoutSeconds: ANSWER_SECONDS, waysOut: waysOut(project) }),
  );
}
