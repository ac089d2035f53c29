import type { ReportFailure, ResourceModel } from "../model.ts";
import {
  DELETION_POLICIES,
  integer,
  labels,
  length,
  name1035,
  pattern,
  projectId,
  seconds,
  serviceAccountEmail,
} from "../rules.ts";
import { isObject, type Properties, UNKNOWN, valueAt } from "../values.ts";
import { runMember, runOutputs } from "./cloudrunv2-common.ts";
import { checkProbes, checkResources, checkTemplate, cpuCount } from "./cloudrunv2-rules.ts";
import { refuseProtected } from "./common.ts";
import { location } from "./locations.ts";

const task = "template.template";
const container = `${task}.containers[]`;
/** Seven days. Source: https://cloud.google.com/run/docs/configuring/task-timeout, read in 2026-11. */
const TIMEOUT_MOST = 604_800;

/** Jobs get whole CPUs only. Source: Cloud Run v2 discovery document, 2026-07, `ResourceRequirements.limits`. */
function checkCpu(template: Properties, report: ReportFailure): boolean {
  const containers = Array.isArray(template.containers) ? template.containers : [];
  let isRight = true;
  for (const [index, each] of containers.entries()) {
    const text = valueAt(each, "resources", "limits", "cpu");
    if (typeof text !== "string" || [1, 2, 4, 6, 8].includes(cpuCount(text) ?? 0)) continue;
    isRight = false;
    report("must be a CPU that Cloud Run gives to jobs: 1, 2, 4, 6 or 8", {
      got: text,
      at: ["template", "containers", index, "resources", "limits", "cpu"],
    });
  }
  return isRight;
}

function checkTasks(execution: Properties, report: ReportFailure): void {
  const { parallelism, taskCount = 1 } = execution;
  if (typeof parallelism === "number" && typeof taskCount === "number" && parallelism > taskCount)
    report(`must be at most taskCount, which is ${taskCount}`, {
      got: parallelism,
      at: ["template", "parallelism"],
    });
}

/** A token that starts an execution with each change; it becomes part of the execution's name. */
function checkTokens(inputs: Properties, report: ReportFailure): void {
  const tokens = ["startExecutionToken", "runExecutionToken"].filter((field) => inputs[field] !== undefined);
  if (tokens.length === 2)
    report("must not be set together with startExecutionToken", { at: ["runExecutionToken"] });
  for (const field of tokens) {
    const [name, token] = [inputs.name ?? "", inputs[field]];
    if (name === UNKNOWN || token === UNKNOWN) continue;
    const length = String(name).length + String(token).length;
    if (length >= 63)
      report(`must have fewer than 63 characters together with the job's name, and has ${length}`, {
        got: token,
        at: [field],
      });
  }
}

const job: ResourceModel = {
  token: "gcp:cloudrunv2/job:Job",
  values: { deletionPolicy: DELETION_POLICIES },
  required: [`${task}.containers`],
  rules: {
    name: name1035(63),
    location,
    project: projectId,
    labels,
    "template.labels": labels,
    // Source: https://cloud.google.com/run/docs/create-jobs, read in 2026-11.
    "template.taskCount": integer(1, 10_000),
    "template.parallelism": integer(0, 10_000),
    [`${task}.maxRetries`]: integer(0, 10),
    [`${task}.timeout`]: seconds(1, TIMEOUT_MOST),
    [`${task}.serviceAccount`]: serviceAccountEmail,
    [`${task}.vpcAccess.networkInterfaces`]: length(1, 1),
    [`${task}.volumes[].secret.items[].version`]: pattern(
      /^(latest|[1-9]\d*|[a-zA-Z][\w-]{0,62})$/,
      "a version number, an alias or `latest`",
    ),
    [`${container}.image`]: length(1, 4096),
    [`${container}.name`]: name1035(63),
    [`${container}.envs[].name`]: pattern(
      /^[A-Za-z_][A-Za-z0-9_]*$/,
      "the name of an environment variable: letters, digits and `_`, no digit first",
    ),
    [`${container}.envs[].value`]: length(0, 32_768),
    [`${container}.volumeMounts[].mountPath`]: pattern(/^\/[^:]*$/, "an absolute path without `:`"),
  },
  check: (inputs, report) => {
    const execution = inputs.template;
    checkTokens(inputs, report);
    if (!isObject(execution)) return;
    checkTasks(execution, report);
    const template = execution.template;
    if (!isObject(template)) return;
    // A job's template lies one deeper than a service's; what is in it is the same.
    const below: ReportFailure = (reason, detail = {}) =>
      report(reason, { ...detail, at: ["template", ...(detail.at ?? [])] });
    checkTemplate(inputs, template, below);
    // Jobs always run in the second generation.
    if (checkCpu(template, below))
      checkResources({ ...template, executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2" }, below);
    checkProbes(template, below);
  },
  replaceOn: ["name", "location", "project"],
  autoname: { property: "name", max: 63 },
  defaults: { deletionPolicy: "DELETE", deletionProtection: true, [`${task}.maxRetries`]: 3 },
  id: ({ join, project, text }) =>
    join`projects/${project}/locations/${text("location")}/jobs/${text("name")}`,
  outputs: (context) => {
    const { inputs, keep } = context;
    return {
      ...runOutputs(context),
      launchStage: inputs.launchStage ?? "GA",
      template: templateOutputs(inputs.template),
      executionCount: keep("executionCount", () => 0),
      latestCreatedExecutions: keep("latestCreatedExecutions", () => []),
    };
  },
  refuseDelete: refuseProtected("job"),
};

/** What Cloud Run fills into a template that says nothing of it. */
function templateOutputs(execution: unknown): unknown {
  if (!isObject(execution)) return execution;
  const template = isObject(execution.template)
    ? { timeout: "600s", ...execution.template }
    : execution.template;
  return { taskCount: 1, ...execution, template };
}

export const cloudRunJobs: readonly ResourceModel[] = [
  job,
  runMember("gcp:cloudrunv2/jobIamMember:JobIamMember", "jobs"),
];
