import { isCron } from "../kubernetes/cron.ts";
import type { ReportFailure, ResourceModel, Rule } from "../model.ts";
import {
  DELETION_POLICIES,
  exactly,
  integer,
  length,
  pattern,
  projectId,
  seconds,
  secondsOf,
  serviceAccountEmail,
} from "../rules.ts";
import { isObject, UNKNOWN, valueAt } from "../values.ts";
import { location } from "./locations.ts";

/** Source of figures: Cloud Scheduler v1 discovery document, 2026-05. */
const DEADLINE = { least: 15, mostOverHttp: 1_800, mostOnAppEngine: 86_415 } as const;

/** Five fields, or App Engine's sentences such as `every 15 minutes`. */
const schedule: Rule = (value, report) => {
  if (typeof value !== "string") return;
  const isSentence =
    /^(every|\d+(st|nd|rd|th)(,\d+(st|nd|rd|th))*|first|second|third|fourth|fifth)\s+\S/i.test(value);
  if (!isSentence && !isCron(value, 7))
    report(
      "must be a schedule of five fields such as `30 3 * * *`, or a sentence such as `every 15 minutes`",
      {
        got: value,
      },
    );
};

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat("en", { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

const timeZone: Rule = (value, report) => {
  if (typeof value === "string" && !isTimeZone(value))
    report("must be a time zone of the tz database such as `Etc/UTC` or `Europe/Berlin`", { got: value });
};

const base64 = pattern(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "base64");

const headers: Rule = (value, report) => {
  if (!isObject(value)) return;
  for (const name of Object.keys(value))
    if (/^(Content-Length$|X-Google-|X-AppEngine-)/i.test(name))
      report("is a header that Cloud Scheduler sets itself", { at: [name] });
};

const METHODS = ["POST", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"];

/** A body goes with the methods that have one only. */
function withBody(methods: readonly string[]): Rule {
  return (value, report) => {
    if (!isObject(value) || value.body === undefined || value.httpMethod === UNKNOWN) return;
    const method = String(value.httpMethod ?? "POST");
    if (!methods.includes(method)) report(`must not be set for the method ${method}`, { at: ["body"] });
  };
}

const oneToken: Rule = (value, report) => {
  if (isObject(value) && value.oauthToken !== undefined && value.oidcToken !== undefined)
    report("must not be set together with oauthToken", { at: ["oidcToken"] });
};

const message: Rule = (value, report) => {
  if (isObject(value) && value.data === undefined && value.attributes === undefined)
    report("needs data or attributes");
};

function checkDeadline(deadline: unknown, target: "http" | "appEngine", report: ReportFailure): void {
  const amount = secondsOf(deadline);
  const most = target === "http" ? DEADLINE.mostOverHttp : DEADLINE.mostOnAppEngine;
  if (amount !== undefined && (amount < DEADLINE.least || amount > most))
    report(`must be a duration from ${DEADLINE.least}s to ${most}s`, {
      got: deadline,
      at: ["attemptDeadline"],
    });
}

const job: ResourceModel = {
  token: "gcp:cloudscheduler/job:Job",
  required: ["schedule"],
  values: {
    deletionPolicy: DELETION_POLICIES,
    "httpTarget.httpMethod": METHODS,
    "appEngineHttpTarget.httpMethod": METHODS,
  },
  rules: {
    name: pattern(/^[A-Za-z0-9_-]{1,500}$/, "1 to 500 letters, digits, `_` and `-`"),
    region: location,
    project: projectId,
    description: length(0, 500),
    schedule,
    timeZone,
    attemptDeadline: seconds(0),
    httpTarget: [oneToken, withBody(["POST", "PUT", "PATCH"])],
    "httpTarget.uri": [
      pattern(/^https?:\/\/\S+$/, "an address that begins with `https://` or `http://`"),
      length(1, 2083),
    ],
    "httpTarget.body": base64,
    "httpTarget.headers": headers,
    "httpTarget.oauthToken.serviceAccountEmail": serviceAccountEmail,
    "httpTarget.oidcToken.serviceAccountEmail": serviceAccountEmail,
    appEngineHttpTarget: withBody(["POST", "PUT"]),
    "appEngineHttpTarget.relativeUri": [pattern(/^\/\S*$/, "a path that begins with `/`"), length(1, 2083)],
    "appEngineHttpTarget.body": base64,
    "appEngineHttpTarget.headers": headers,
    pubsubTarget: message,
    "pubsubTarget.topicName": pattern(/^projects\/[^/]+\/topics\/[^/]+$/, "`projects/PROJECT/topics/TOPIC`"),
    "pubsubTarget.data": base64,
    "retryConfig.retryCount": integer(0, 5),
    "retryConfig.maxDoublings": integer(0),
    "retryConfig.maxRetryDuration": seconds(0),
    "retryConfig.minBackoffDuration": seconds(0),
    "retryConfig.maxBackoffDuration": seconds(0),
  },
  check: (inputs, report) => {
    exactly(["httpTarget", "pubsubTarget", "appEngineHttpTarget"], ["httpTarget"])(inputs, report);
    // Pub/Sub takes no notice of the deadline.
    if (inputs.httpTarget !== undefined) checkDeadline(inputs.attemptDeadline, "http", report);
    else if (inputs.appEngineHttpTarget !== undefined)
      checkDeadline(inputs.attemptDeadline, "appEngine", report);
    const [least, most] = ["minBackoffDuration", "maxBackoffDuration"].map((field) =>
      secondsOf(valueAt(inputs, "retryConfig", field)),
    );
    if (least !== undefined && most !== undefined && least > most)
      report(`must be at most maxBackoffDuration, which is ${most}s`, {
        got: valueAt(inputs, "retryConfig", "minBackoffDuration"),
        at: ["retryConfig", "minBackoffDuration"],
      });
  },
  replaceOn: ["name", "region", "project"],
  autoname: { property: "name", max: 500 },
  defaults: { deletionPolicy: "DELETE", attemptDeadline: "180s", timeZone: "Etc/UTC" },
  id: ({ join, project, text }) =>
    join`projects/${project}/locations/${text("region") || UNKNOWN}/jobs/${text("name")}`,
  outputs: ({ inputs }) => {
    const paused = inputs.paused ?? false;
    return { paused, state: paused === UNKNOWN ? UNKNOWN : paused === true ? "PAUSED" : "ENABLED" };
  },
};

export const cloudScheduler: readonly ResourceModel[] = [job];
