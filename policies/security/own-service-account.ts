import { instanceTemplate } from "../cloud-run.ts";
import { each, violation } from "../core/finding.ts";
import type { Policy, Subject } from "../core/policy.ts";
import { CLOUD_RUN_SERVICE } from "../types.ts";

/** The e-mail address, without the `projects/…/serviceAccounts/` or `serviceAccount:` before it. */
function email(service: Subject): string | undefined {
  return instanceTemplate(service)
    .at("serviceAccount")
    .text()
    ?.replace(/^.*[/:]/, "");
}

export const ownServiceAccount: Policy = {
  id: "own-service-account",
  title: "Each service must have a service account of its own.",
  severity: "high",
  level: "mandatory",
  why: "Services that share an account share their rights: each has what any of them needs, and logs can't tell them apart.",
  fix: "Make one service account per service.",
  requirements: ["EA-03"],
  types: [CLOUD_RUN_SERVICE],
  checkStack: (stack) => {
    const users = new Map<string, string[]>();
    const note = (service: Subject) => {
      const account = email(service) ?? "";
      users.set(account, [...(users.get(account) ?? []), service.name]);
      return undefined;
    };
    each(stack.resources, note); // What can't be read is reported once, below.
    return each(stack.resources, (service) => {
      const own = email(service);
      const others = own ? (users.get(own) ?? []).filter((name) => name !== service.name) : [];
      const account = instanceTemplate(service).at("serviceAccount");
      return others.length === 0
        ? undefined
        : violation(account, `is ${account.quote()}, which ${others.join(", ")} also runs as`);
    });
  },
};
