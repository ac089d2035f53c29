import type { ReportFailure, ResourceModel, Rule } from "../model.ts";
import { DELETION_POLICIES, exactly, integer, labels, length, projectId, seconds } from "../rules.ts";
import { isObject, type Properties, UNKNOWN, valueAt } from "../values.ts";

/** Regions that check, with the locations in each: three are needed. Source: Cloud Monitoring v3 discovery document, 2026-01. */
const LOCATIONS: Readonly<Record<string, readonly string[]>> = {
  USA: ["USA_OREGON", "USA_IOWA", "USA_VIRGINIA"],
  EUROPE: ["EUROPE"],
  SOUTH_AMERICA: ["SOUTH_AMERICA"],
  ASIA_PACIFIC: ["ASIA_PACIFIC"],
  USA_OREGON: ["USA_OREGON"],
  USA_IOWA: ["USA_IOWA"],
  USA_VIRGINIA: ["USA_VIRGINIA"],
};

const enoughLocations: Rule = (value, report) => {
  if (!Array.isArray(value) || value.includes(UNKNOWN)) return;
  const locations = new Set(value.flatMap((region) => LOCATIONS[String(region)] ?? [region]));
  if (value.length > 0 && locations.size < 3)
    report(`must hold at least 3 locations, and holds ${locations.size}`, { got: value });
};

const httpCheck: Rule = (value, report) => {
  if (!isObject(value)) return;
  if (value.authInfo !== undefined && value.serviceAgentAuthentication !== undefined)
    report("must not be set together with authInfo", { at: ["serviceAgentAuthentication"] });
  if (isObject(value.headers) && Object.keys(value.headers).length > 100)
    report(`must have at most 100 headers, and has ${Object.keys(value.headers).length}`, {
      at: ["headers"],
    });
  checkBody(value, report);
};

/** Method, body and content type. Source: as above, `HttpCheck.contentType`. */
function checkBody(check: Properties, report: ReportFailure): void {
  const { requestMethod = "GET", body, contentType = "TYPE_UNSPECIFIED", customContentType } = check;
  if ([requestMethod, contentType].includes(UNKNOWN)) return;
  const isPost = requestMethod === "POST";
  if (!isPost && body !== undefined) report("is only for the request method POST", { at: ["body"] });
  if (!isPost && contentType !== "TYPE_UNSPECIFIED")
    report("is only for the request method POST", { got: contentType, at: ["contentType"] });
  if (isPost && contentType === "TYPE_UNSPECIFIED")
    report("is required for the request method POST", { at: ["contentType"] });
  if (contentType === "USER_PROVIDED" && customContentType === undefined)
    report("is required when contentType is USER_PROVIDED", { at: ["customContentType"] });
  if (contentType === "URL_ENCODED" && customContentType !== undefined)
    report("must not be set when contentType is URL_ENCODED", {
      got: customContentType,
      at: ["customContentType"],
    });
}

const matcher: Rule = (value, report) => {
  if (!isObject(value) || value.matcher === UNKNOWN) return;
  const isJson = ["MATCHES_JSON_PATH", "NOT_MATCHES_JSON_PATH"].includes(String(value.matcher));
  const hasPath = value.jsonPathMatcher !== undefined;
  if (isJson && !hasPath) report(`is required for the matcher ${value.matcher}`, { at: ["jsonPathMatcher"] });
  if (!isJson && hasPath)
    report("is only for the matchers MATCHES_JSON_PATH and NOT_MATCHES_JSON_PATH", {
      at: ["jsonPathMatcher"],
    });
};

const monitoredResource: Rule = (value, report) => {
  if (!isObject(value) || value.type !== "uptime_url" || !isObject(value.labels)) return;
  if (value.labels.host === undefined)
    report("is required for the type uptime_url", { at: ["labels", "host"] });
};

/** What is checked, and how: each once; a synthetic monitor brings its own check. */
function checkTarget(inputs: Properties, report: ReportFailure): void {
  exactly(["monitoredResource", "resourceGroup", "syntheticMonitor"], ["monitoredResource"])(inputs, report);
  if (inputs.syntheticMonitor === undefined)
    exactly(["httpCheck", "tcpCheck"], ["httpCheck"])(inputs, report);
  else
    for (const field of ["httpCheck", "tcpCheck"])
      if (inputs[field] !== undefined)
        report("must not be set together with syntheticMonitor", { at: [field] });
  const isPrivate = valueAt(inputs, "monitoredResource", "type") === "servicedirectory_service";
  if (isPrivate && inputs.checkerType !== "VPC_CHECKERS" && inputs.checkerType !== UNKNOWN)
    report("must be VPC_CHECKERS for a servicedirectory_service", {
      got: inputs.checkerType ?? "STATIC_IP_CHECKERS",
      at: ["checkerType"],
    });
}

export const uptimeCheck: ResourceModel = {
  token: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
  values: {
    deletionPolicy: DELETION_POLICIES,
    period: ["60s", "300s", "600s", "900s"],
    "selectedRegions[]": Object.keys(LOCATIONS),
    "monitoredResource.type": [
      "uptime_url",
      "gce_instance",
      "gae_app",
      "aws_ec2_instance",
      "aws_elb_load_balancer",
      "k8s_service",
      "servicedirectory_service",
      "cloud_run_revision",
    ],
  },
  rules: {
    displayName: length(1, 512),
    userLabels: labels,
    project: projectId,
    timeout: seconds(1, 60),
    selectedRegions: enoughLocations,
    contentMatchers: length(0, 1),
    "contentMatchers[]": matcher,
    "contentMatchers[].content": length(1, 1024),
    monitoredResource,
    httpCheck,
    "httpCheck.port": integer(1, 65_535),
    "httpCheck.acceptedResponseStatusCodes[]": exactly(["statusClass", "statusValue"]),
    "httpCheck.acceptedResponseStatusCodes[].statusValue": integer(100, 599),
    "httpCheck.pingConfig.pingsCount": integer(0, 3),
    "tcpCheck.port": integer(1, 65_535),
    "tcpCheck.pingConfig.pingsCount": integer(0, 3),
  },
  check: checkTarget,
  replaceOn: [
    "project",
    "monitoredResource",
    "resourceGroup",
    "syntheticMonitor",
    "checkerType",
    "httpCheck.requestMethod",
  ],
  defaults: {
    deletionPolicy: "DELETE",
    period: "300s",
    "contentMatchers[].matcher": "CONTAINS_STRING",
    "contentMatchers[].jsonPathMatcher.jsonMatcher": "EXACT_MATCH",
    "httpCheck.path": "/",
    "httpCheck.requestMethod": "GET",
  },
  id: (_context, outputs) => String(outputs.name),
  outputs: ({ inputs, join, keep, project, hex }) => {
    const id = keep("uptimeCheckId", () => `${slug(inputs.displayName)}-${hex("check", 11)}`);
    return {
      uptimeCheckId: id,
      name: join`projects/${project}/uptimeCheckConfigs/${id}`,
      checkerType: inputs.checkerType ?? "STATIC_IP_CHECKERS",
      ...(isObject(inputs.httpCheck) ? { httpCheck: httpOutputs(inputs.httpCheck) } : {}),
    };
  },
};

/** The service makes the id of the name that people see. */
function slug(displayName: unknown): string {
  return String(displayName)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
}

function httpOutputs(check: Properties): Properties {
  const port = check.useSsl === UNKNOWN ? UNKNOWN : check.useSsl === true ? 443 : 80;
  return { port, headers: {}, ...check };
}
