import { createHash } from "node:crypto";
import type { OutputContext, ResourceModel } from "../model.ts";
import { name1035, projectId } from "../rules.ts";
import { type Properties, UNKNOWN } from "../values.ts";

/**
 * The number that stands for a project's own, which only Google knows: twelve digits, the same for the same id.
 */
export function projectNumber(project: string): string {
  const digits =
    BigInt(`0x${createHash("sha256").update(`project ${project}`).digest("hex").slice(0, 14)}`) %
    900_000_000_000n;
  return String(100_000_000_000n + digits);
}

/** A UUID out of 32 hexadecimal digits. */
export function uuid(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** The outputs that go with `labels` on every type that takes them. */
export function labelOutputs({ inputs }: OutputContext): Properties {
  return { effectiveLabels: inputs.labels ?? {}, pulumiLabels: inputs.labels ?? {} };
}

/** Refuses to delete what is protected, as everything is that does not say otherwise. @param what it is: `service` */
export function refuseProtected(what: string): NonNullable<ResourceModel["refuseDelete"]> {
  return ({ deletionProtection }) =>
    deletionProtection === false
      ? undefined
      : `cannot destroy ${what} without setting deletionProtection to false and running \`pulumi up\` first`;
}

/** What Compute Engine's resources have in common: a name of their own, an identifier made of it, and a link to it. */
interface ComputeFacts extends Omit<ResourceModel, "id" | "autoname"> {
  /** The part of the identifier before the name, such as `networks`. */
  readonly collection: string;
  readonly scope: "global" | "region";
  /** Fields that are numbers drawn by the service, such as `networkId`. */
  readonly numbers?: readonly string[];
  /** True when the service keeps a fingerprint against lost updates. */
  readonly fingerprint?: boolean;
}

/** A resource of Compute Engine. `replaceOn` always has name, project and, in a region, the region. */
export function computeResource(facts: ComputeFacts): ResourceModel {
  const { collection, scope, numbers = [], fingerprint = false, ...model } = facts;
  const path = (context: OutputContext): string => {
    const place = scope === "global" ? "global" : context.join`regions/${context.text("region") || UNKNOWN}`;
    return context.join`projects/${context.project}/${place}/${collection}/${context.text("name")}`;
  };
  return {
    ...model,
    rules: { name: name1035(63), project: projectId, ...model.rules },
    required: [...(scope === "region" ? ["region"] : []), ...(model.required ?? [])],
    replaceOn: ["name", "project", ...(scope === "region" ? ["region"] : []), ...model.replaceOn],
    autoname: { property: "name", max: 63 },
    id: path,
    outputs: (context) => ({
      selfLink: context.join`https://www.googleapis.com/compute/v1/${path(context)}`,
      creationTimestamp: context.keep("creationTimestamp", context.now),
      ...Object.fromEntries(
        numbers.map((output) => [output, context.keep(output, () => Number(context.digits(output, 15)))]),
      ),
      ...(fingerprint ? { fingerprint: context.renew(() => `${context.hex(context.now(), 11)}=`) } : {}),
      ...(context.inputs.labels === undefined ? {} : labelOutputs(context)),
      ...model.outputs?.(context),
    }),
  };
}
