import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import { z } from "zod";
import type { PolicyResult } from "../evaluate.ts";
import { EXEMPTION_POLICY } from "../exemptions.ts";
import { type Controls, FRAMEWORKS } from "../frameworks.ts";
import {
  EXEMPTED,
  isResourcePolicy,
  isStackPolicy,
  NOT_EVALUATED,
  type Pack,
  type Policy,
} from "../policy.ts";
import type { Mended } from "../remediate.ts";
import { enforcementOf, type PolicySettings } from "../settings.ts";
import { levelOnWire, severityOnWire, toStruct } from "./protocol.ts";

/** What a process serves, as the engine names it. */
export interface ServedPack {
  readonly name: string;
  readonly description: string;
  readonly version: string;
}

type Facts = Pick<Policy, "id" | "title" | "severity" | "fix">;

/**
 * A result in the words that a person reads in the engine's own output: the policy's title, what is wrong, and how to mend it;
 * `not evaluated: …` and `exempted: …` are what readers of events tell by.
 */
function resultText({ status, message, exemption }: PolicyResult, { title, fix }: Facts): string {
  const said = status === "not evaluated" ? `${NOT_EVALUATED}${message}` : message;
  const rest =
    exemption !== undefined
      ? `${EXEMPTED}${said}\n${exemption.owner} answers for it until ${exemption.until}: ${exemption.reason}`
      : status === "not evaluated"
        ? said
        : `${said}\nTo mend it: ${fix}`;
  return `${title}\n${rest}`;
}

/** Results as the engine takes them. @param factsOf a policy's facts by its id */
export function analyzeResponse(
  pack: ServedPack,
  results: readonly PolicyResult[],
  factsOf: (id: string) => Facts,
): InstanceType<typeof messages.AnalyzeResponse> {
  const diagnostics = results.map((result) => {
    const policy = factsOf(result.policy);
    return new messages.AnalyzeDiagnostic()
      .setPolicyname(policy.id)
      .setPolicypackname(pack.name)
      .setPolicypackversion(pack.version)
      .setDescription(policy.title)
      .setMessage(resultText(result, policy))
      .setEnforcementlevel(levelOnWire(result.blocking ? "mandatory" : "advisory"))
      .setSeverity(severityOnWire(result.severity))
      .setUrn(result.urn);
  });
  return new messages.AnalyzeResponse().setDiagnosticsList(diagnostics);
}

/** Which policies have nothing to say of a resource, as part of the answer about it. */
export function notApplicableResponse(ids: readonly string[]): InstanceType<typeof messages.AnalyzeResponse> {
  return new messages.AnalyzeResponse().setNotApplicableList(
    ids.map((id) => new messages.PolicyNotApplicable().setPolicyName(id)),
  );
}

/** What was mended, as the engine takes it: each step holds all properties. */
export function remediateResponse(
  pack: ServedPack,
  steps: readonly Mended[],
): InstanceType<typeof messages.RemediateResponse> {
  return new messages.RemediateResponse().setRemediationsList(
    steps.map(({ policy, props }) =>
      new messages.Remediation()
        .setPolicyname(policy.id)
        .setPolicypackname(pack.name)
        .setPolicypackversion(pack.version)
        .setDescription(policy.title)
        .setProperties(toStruct(props)),
    ),
  );
}

/** A policy's controls, in one: the protocol has room for one framework. */
function frameworkOf(
  controls: Controls,
): InstanceType<typeof messages.PolicyComplianceFramework> | undefined {
  const named = Object.entries(controls) as [keyof typeof FRAMEWORKS, readonly string[]][];
  const [first] = named;
  if (first === undefined) return undefined;
  const { title, edition, url } = FRAMEWORKS[first[0]];
  return new messages.PolicyComplianceFramework()
    .setName(title)
    .setVersion(edition)
    .setReference(url)
    .setSpecification(first[1].join(", "));
}

/** The schema of a policy's settings, in which what the stack says stands as the default: so that the engine knows it. */
function configSchema(
  schema: z.ZodObject,
  said: Readonly<Record<string, unknown>>,
): InstanceType<typeof messages.PolicyConfigSchema> {
  const { properties = {} } = z.toJSONSchema(schema, { target: "draft-7", io: "input" });
  const withDefaults = Object.fromEntries(
    Object.entries(properties).map(([key, property]) => [
      key,
      { ...(property as object), ...(said[key] === undefined ? {} : { default: said[key] }) },
    ]),
  );
  return new messages.PolicyConfigSchema().setProperties(toStruct(withDefaults));
}

function policyInfo(
  pack: Pack,
  policy: Policy,
  settings: PolicySettings,
): InstanceType<typeof messages.PolicyInfo> {
  const { POLICY_TYPE_RESOURCE, POLICY_TYPE_STACK, POLICY_TYPE_UNKNOWN } = messages.PolicyType;
  const kinds = [isResourcePolicy(policy), isStackPolicy(policy)];
  const info = new messages.PolicyInfo()
    .setName(policy.id)
    .setDisplayname(policy.title)
    .setDescription(policy.why)
    .setEnforcementlevel(levelOnWire(enforcementOf(settings, pack, policy)))
    // One of both kinds counts for each where its kind is unknown.
    .setPolicyType(
      kinds.every(Boolean) ? POLICY_TYPE_UNKNOWN : kinds[0] ? POLICY_TYPE_RESOURCE : POLICY_TYPE_STACK,
    )
    .setSeverity(severityOnWire(policy.severity))
    .setTagsList([pack.name, ...(policy.requirements ?? []), ...controlTags(policy.frameworks ?? {})])
    .setRemediationSteps(policy.fix)
    .setFramework(frameworkOf(policy.frameworks ?? {}));
  if (policy.settings !== undefined) {
    info.setConfigschema(
      configSchema(policy.settings, settings.settings.get(policy.id) ?? policy.settings.parse({})),
    );
  }
  return info;
}

/** `cis-gcp:4.9`: all controls, of which the protocol has a place for one framework's only. */
function controlTags(controls: Controls): string[] {
  return Object.entries(controls).flatMap(([framework, ids]) => ids.map((id) => `${framework}:${id}`));
}

/**
 * What the engine is told of the policies served: as the stack has them, so that what `--policy-pack-config` says comes over
 * that, and what it does not say stays.
 */
export function analyzerInfo(
  pack: ServedPack,
  packs: readonly Pack[],
  settings: PolicySettings,
): InstanceType<typeof messages.AnalyzerInfo> {
  const aboutExemptions = new messages.PolicyInfo()
    .setName(EXEMPTION_POLICY.id)
    .setDisplayname(EXEMPTION_POLICY.title)
    .setDescription(EXEMPTION_POLICY.why)
    .setEnforcementlevel(levelOnWire(EXEMPTION_POLICY.level))
    .setPolicyType(messages.PolicyType.POLICY_TYPE_STACK)
    .setSeverity(severityOnWire(EXEMPTION_POLICY.severity))
    .setRemediationSteps(EXEMPTION_POLICY.fix);
  return new messages.AnalyzerInfo()
    .setName(pack.name)
    .setDescription(pack.description)
    .setVersion(pack.version)
    .setSupportsconfig(true)
    .setPoliciesList([
      ...packs.flatMap((one) => one.policies.map((policy) => policyInfo(one, policy, settings))),
      aboutExemptions,
    ]);
}
