import type { OutputContext, ResourceModel } from "../model.ts";
import { member, role } from "../rules.ts";
import type { Properties } from "../values.ts";
import { labelOutputs, uuid } from "./common.ts";
import { iamMember } from "./iam-member.ts";

/** What Cloud Run says of a service and of a job alike. */
export function runOutputs(context: OutputContext): Properties {
  const { inputs, keep, renew, hex, now } = context;
  const generation = renew(() => String(Number(context.previous?.generation ?? 0) + 1));
  return {
    ...labelOutputs(context),
    effectiveAnnotations: inputs.annotations ?? {},
    uid: keep("uid", () => uuid(hex("uid", 32))),
    createTime: keep("createTime", now),
    updateTime: renew(now),
    creator: keep("creator", () => "sandbox@slipway.invalid"),
    lastModifier: keep("lastModifier", () => "sandbox@slipway.invalid"),
    etag: renew(() => `"${hex(now(), 12)}"`),
    generation,
    observedGeneration: generation,
    reconciling: false,
    conditions: renew(() => []),
    terminalConditions: renew(() => [{ type: "Ready", state: "CONDITION_SUCCEEDED" }]),
    deleteTime: "",
    expireTime: "",
  };
}

/** A member of those who may do something with a service or a job. */
export function runMember(token: string, collection: "services" | "jobs"): ResourceModel {
  return iamMember({
    token,
    target: ["location", "name"],
    rules: { role, member },
    parent: ({ join, project, text }) =>
      text("name").startsWith("projects/")
        ? text("name")
        : join`projects/${project}/locations/${text("location")}/${collection}/${text("name")}`,
    fillIn: { location: ({ text }) => /\/locations\/([^/]+)\//.exec(text("name"))?.[1] },
  });
}
