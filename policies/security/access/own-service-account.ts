import { instanceTemplate } from "../../cloud-run.ts";
import { each, violation } from "../../core/finding.ts";
import type { Policy, Stack, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { namespaceOf, podLabels, serviceAccountOf, WORKLOADS } from "../../kubernetes.ts";
import { workloadsOf } from "../../kubernetes-stack.ts";
import { CLOUD_RUN_SERVICE } from "../../types.ts";

/** Whom something runs as, and which service it is part of. */
interface Runner {
  readonly name: string;
  /** Unique; undefined where it runs as a default account, which is another policy's matter. */
  readonly account: string | undefined;
  readonly at: Property;
  /** The same for all parts of one service. */
  readonly service: string;
}

/** The account is its e-mail address, without the `projects/…/serviceAccounts/` or `serviceAccount:` before it. */
function serviceRunner(service: Subject): Runner {
  const at = instanceTemplate(service).at("serviceAccount");
  const account = at.text()?.replace(/^.*[/:]/, "") || undefined;
  return { name: service.name, account, at, service: service.urn };
}

/** Labels that say of which service pods are: two versions of one, side by side during a release, share its account. */
const SERVICE_LABELS = ["name", "instance", "component"].map((label) => `app.kubernetes.io/${label}`);

/** And those of before, where there are none of these. */
const FORMER_LABELS = ["app", "component", "role", "tier"];

/** Which service a workload's pods say they are of; undefined where they don't. */
function serviceOf(workload: Subject): string | undefined {
  const found = [SERVICE_LABELS, FORMER_LABELS]
    .map((names) => names.map((name) => podLabels(workload).at(name).text() ?? ""))
    .find((labels) => labels.some((label) => label !== ""));
  return found && JSON.stringify(found);
}

function workloadRunner(workload: Subject): Runner {
  const { name, at } = serviceAccountOf(workload);
  const account = name === "default" ? undefined : `${namespaceOf(workload)}/${name}`;
  return { name: workload.name, account, at, service: serviceOf(workload) ?? workload.urn };
}

/** Of those that share an account, so many are named. */
const NAMED = 5;

function check(resources: readonly Subject[], runnerOf: (resource: Subject) => Runner) {
  const users = new Map<string, Runner[]>();
  each(resources, (resource) => {
    const runner = runnerOf(resource);
    if (runner.account === undefined) return undefined;
    const sharing = users.get(runner.account);
    if (sharing === undefined) users.set(runner.account, [runner]);
    else sharing.push(runner);
    return undefined; // What can't be read is reported once, below.
  });
  return each(resources, (resource) => {
    const { account, at, service } = runnerOf(resource);
    const others = (account === undefined ? undefined : users.get(account))?.filter(
      (other) => other.service !== service,
    );
    if (others === undefined || others.length === 0) return undefined;
    const named = others
      .slice(0, NAMED)
      .map(({ name }) => name)
      .join(", ");
    const rest = others.length > NAMED ? ` and ${others.length - NAMED} more` : "";
    return violation(at, `is ${at.quote()}, which ${named}${rest} also runs as`);
  });
}

function checkStack(stack: Stack) {
  return [
    ...check(stack.ofType(CLOUD_RUN_SERVICE), serviceRunner),
    ...check(workloadsOf(stack), workloadRunner),
  ];
}

export const ownServiceAccount: Policy = {
  id: "own-service-account",
  title: "Each service must have a service account of its own.",
  severity: "high",
  level: "mandatory",
  why: "Services that share an account share their rights: each has what any of them needs, and logs can't tell them apart.",
  fix: "Make one service account per service.",
  example: {
    yaml: `apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: shop }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { serviceAccountName: api }`,
  },
  frameworks: { "nsa-cisa": ["role-based-access-control"], "owasp-kubernetes": ["K03"] },
  requirements: ["EA-03"],
  types: [CLOUD_RUN_SERVICE, ...WORKLOADS],
  checkStack,
};
