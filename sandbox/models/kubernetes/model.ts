import { createHash } from "node:crypto";
import type { Completion, OutputContext, ResourceModel, Rule } from "../model.ts";
import { select } from "../patterns.ts";
import { declaresOutput, isDeclared } from "../shape.ts";
import {
  formatPath,
  isObject,
  isUnknown,
  type Properties,
  SECRET,
  SIGNATURE,
  UNKNOWN,
  valueAt,
} from "../values.ts";
import { configuration } from "./configuration.ts";
import { type KubernetesType, kubernetesType } from "./declared.ts";
import { immutableFields, replacedData } from "./immutable.ts";
import { metadata, wholeNumbers } from "./metadata.ts";
import { networking } from "./networking.ts";
import { oneOf, Place, type PlaceRule } from "./place.ts";
import { policy } from "./policy.ts";
import { refusal } from "./refused.ts";
import { isNamespaced } from "./scope.ts";
import { storage } from "./storage.ts";
import { workloads } from "./workload.ts";

/** The annotation by which the official provider remembers that it made up a name. */
const AUTONAMED = "pulumi.com/autonamed";

const rules: Readonly<Record<string, PlaceRule>> = {
  ...configuration,
  ...networking,
  ...policy,
  ...storage,
  ...workloads,
};

const models = new Map<string, ResourceModel>();

/**
 * The model of any Kubernetes type: what the SDK package declares, and objects of definitions that only a cluster has, whose
 * shape is open. A type that can't be is a model that refuses it. Undefined for other packages' types.
 */
export function kubernetesModel(token: string): ResourceModel | undefined {
  if (!token.startsWith("kubernetes:")) return undefined;
  let model = models.get(token);
  if (model === undefined) {
    model = makeModel(token);
    models.set(token, model);
  }
  return model;
}

function makeModel(token: string): ResourceModel {
  const reason = refusal(token);
  const type = kubernetesType(token);
  if (reason !== undefined || type === undefined)
    return { token, refusal: reason ?? token, replaceOn: [], id: () => UNKNOWN };
  const key = `${type.group}/${type.kind}`;
  const isTyped = isDeclared(token);
  const isApart = isNamespaced(type.group, type.kind);
  const ownRule = isTyped && !type.isPatch ? rules[key] : undefined;
  const whole: Rule = (value, report) => {
    const reported = new Set<string>();
    const object = new Place(value, (reason, detail = {}) => {
      const path = formatPath(detail.at ?? []);
      if (!reported.has(path)) report(reason, detail);
      reported.add(path);
    });
    // The declarations of a kind say these two already.
    if (!isTyped) object.at("apiVersion").follow(oneOf(type.apiVersion));
    if (!isTyped) object.at("kind").follow(oneOf(type.kind));
    metadata(object.at("metadata"), type, isApart, isTyped);
    ownRule?.(object);
    if (isTyped && type.kind !== "CustomResourceDefinition") wholeNumbers(object);
  };
  const data = replacedData[key];
  return {
    token,
    rules: { "": whole },
    replaceOn: immutableFields(type.group, type.kind),
    ...(data === undefined
      ? {}
      : {
          alsoReplaceOn: (before, settings) =>
            before.immutable === true || settings[data.setting] !== "true" ? data.fields : [],
        }),
    isRenamed: (inputs) => valueAt(inputs, "metadata", "annotations", AUTONAMED) === "true",
    complete: (inputs, completion) => complete(type, isApart, inputs, completion),
    id: (_, outputs) => idOf(outputs),
    outputs: (context) => outputsOf(context, isTyped && declaresOutput(token, "status")),
  };
}

/** `namespace/name`, or `name` for what lies in none. */
function idOf(object: Properties): string {
  const holder = object.metadata;
  if (!isObject(holder)) return UNKNOWN;
  const { name = UNKNOWN, namespace } = holder;
  if (isUnknown(name) || isUnknown(namespace)) return UNKNOWN;
  return namespace === undefined ? String(name) : `${String(namespace)}/${String(name)}`;
}

/** Fills in what the official provider does: API version, kind, a name, and the namespace. Marks stay where they are. */
function complete(type: KubernetesType, isApart: boolean, inputs: Properties, completion: Completion): void {
  inputs.apiVersion ??= type.apiVersion;
  inputs.kind ??= type.kind;
  if (isUnknown(inputs.metadata)) return;
  inputs.metadata ??= {};
  const marked = inputs.metadata as Properties;
  const holder = marked[SIGNATURE] === SECRET ? marked.value : marked;
  if (!isObject(holder) || SIGNATURE in holder) return;
  if (isApart && (holder.namespace === undefined || holder.namespace === null || holder.namespace === ""))
    holder.namespace = completion.settings.namespace || "default";
  if (holder.name !== undefined && holder.name !== null && holder.name !== "") return;
  if (holder.generateName !== undefined && holder.generateName !== null && holder.generateName !== "") return;
  const before = valueAt(completion.before, "metadata", "name");
  const wasMadeUp = valueAt(completion.before, "metadata", "annotations", AUTONAMED) === "true";
  holder.name = wasMadeUp && typeof before === "string" ? before : madeUpName(type, completion);
  if (holder.annotations === undefined || holder.annotations === null) holder.annotations = {};
  if (isObject(holder.annotations) && !isUnknown(holder.annotations)) {
    const notes = holder.annotations[SIGNATURE] === SECRET ? holder.annotations.value : holder.annotations;
    if (isObject(notes)) notes[AUTONAMED] = "true";
  }
}

/**
 * `<logical name>-<8 hex digits>`. Unlike the official provider's they are not drawn: they come from the URN and from what
 * forces a replacement, so that a run that was killed finds what it made.
 */
function madeUpName(type: KubernetesType, { urn, name, plain }: Completion): string {
  const fields = [
    ...immutableFields(type.group, type.kind),
    ...(replacedData[`${type.group}/${type.kind}`]?.fields ?? []),
  ];
  const settled = fields.map((field) => select(plain, field).map(({ value }) => value));
  const digits = createHash("sha256")
    .update(`${urn}\n${JSON.stringify(settled)}`)
    .digest("hex")
    .slice(0, 8);
  return `${name}-${digits}`;
}

/** Inputs, and what only the API server tells: unknown in a plan, made up where there is no cluster. */
function outputsOf({ inputs, previous, renew, hex, now }: OutputContext, hasStatus: boolean): Properties {
  const holder = inputs.metadata;
  const kept = (field: string, make: () => unknown): unknown =>
    valueAt(previous, "metadata", field) ?? renew(make);
  const uid = (): string => hex("uid", 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  const status = hasStatus ? (previous?.status ?? renew(() => statusAlone(inputs))) : undefined;
  return {
    ...(isObject(holder)
      ? {
          metadata: {
            ...holder,
            uid: kept("uid", uid),
            creationTimestamp: kept("creationTimestamp", now),
            resourceVersion: renew(() =>
              String(1 + Number(valueAt(previous, "metadata", "resourceVersion") ?? 0)),
            ),
          },
        }
      : {}),
    ...(status === undefined ? {} : { status }),
  };
}

/** The status that programs read addresses from, where there is no cluster that would write one. */
function statusAlone(inputs: Properties): Properties | undefined {
  const isBalanced =
    inputs.kind === "Ingress" ||
    (inputs.kind === "Service" && valueAt(inputs, "spec", "type") === "LoadBalancer");
  return isBalanced ? { loadBalancer: { ingress: [{ ip: "127.0.0.1" }] } } : undefined;
}
