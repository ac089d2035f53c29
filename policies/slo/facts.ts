import { isProduction } from "../core/environment.ts";
import { parts } from "../core/finding.ts";
import type { Finding, Stack, Subject } from "../core/policy.ts";
import { Property } from "../core/property.ts";
import { MalformedRead } from "../core/unknown.ts";
import { nameOf } from "../kubernetes.ts";
import { CLOUD_RUN_SERVICE, DEPLOYMENT, MONITORING } from "../types.ts";

/** Where a service, or a Deployment, carries what it promises, and how its new versions reach its users: as JSON. */
export const OBJECTIVES = "slipway.dev/objectives";
export const RELEASE = "slipway.dev/release";
/** Edges of its histogram of durations, in seconds, with commas between. */
export const BUCKETS = "slipway.dev/latency-buckets";

/** Types that carry such facts: services themselves, and what is watched of services that are deployed by others. */
export const FACT_TYPES = [CLOUD_RUN_SERVICE, DEPLOYMENT, MONITORING] as const;

/** What is stated of one service. */
export interface ServiceFacts {
  readonly resource: Subject;
  /** `system/service`, for messages and settings. */
  readonly name: string;
  readonly system: string | undefined;
  readonly service: string | undefined;
  /** Where the list of objectives stands; each may be read by {@link objectivesOf}. */
  readonly objectives: Property;
  readonly release: Property;
  /** Annotations of the service's own resource; undefined for one that others deploy. */
  readonly annotations: Property | undefined;
}

/** A text that holds JSON, read like any other value. @throws UnknownRead, MalformedRead */
function parsed(at: Property): Property {
  const text = at.text();
  if (text === undefined) return new Property(undefined, at.path, at.urn, at.secret);
  try {
    return new Property(JSON.parse(text), at.path, at.urn, at.secret);
  } catch {
    throw new MalformedRead(at.path, at.urn, "JSON");
  }
}

export function annotationsOf({ type, props }: Subject): Property {
  return type === CLOUD_RUN_SERVICE ? props.at("annotations") : props.at("metadata", "annotations");
}

function own(resource: Subject): ServiceFacts | undefined {
  const { type, props } = resource;
  const kubernetes = type === DEPLOYMENT;
  const labels = kubernetes ? props.at("metadata", "labels") : props.at("labels");
  // A release's candidate makes the stable version's promises.
  if (kubernetes && labels.at("slipway.dev/track").text() === "candidate") return undefined;
  const system = labels.at(kubernetes ? "app.kubernetes.io/part-of" : "system").text();
  const named = labels.at(kubernetes ? "app.kubernetes.io/name" : "service").text();
  const service = named ?? (kubernetes ? nameOf(resource) : props.at("name").text());
  const annotations = annotationsOf(resource);
  return {
    resource,
    name: `${system ?? "?"}/${service ?? "?"}`,
    system,
    service,
    objectives: parsed(annotations.at(OBJECTIVES)),
    release: parsed(annotations.at(RELEASE)),
    annotations,
  };
}

/** Services that a Monitoring knows of and that this program does not deploy; the others carry their facts themselves. */
function elsewhere(resource: Subject): ServiceFacts[] {
  return resource.props
    .at("services")
    .items()
    .filter((each) => each.at("runtime").text() === "elsewhere")
    .map((each) => {
      const [system, service] = [each.at("system").text(), each.at("service").text()];
      return {
        resource,
        name: `${system ?? "?"}/${service ?? "?"}`,
        system,
        service,
        objectives: each.at("objectives"),
        release: each.at("release"),
        annotations: undefined,
      };
    });
}

/** What a resource states of services. @throws UnknownRead, MalformedRead */
export function factsOf(resource: Subject): readonly ServiceFacts[] {
  if (resource.type === MONITORING) return elsewhere(resource);
  const facts = own(resource);
  return facts === undefined ? [] : [facts];
}

/** Objectives that a service states; none where it states none. @throws UnknownRead, MalformedRead */
export function objectivesOf({ objectives }: Pick<ServiceFacts, "objectives">): readonly Property[] {
  return objectives.items();
}

/** {@link parts} of one check over all services that a resource states facts of. */
export function eachService(
  resource: Subject,
  check: (facts: ServiceFacts) => Finding | readonly Finding[] | undefined,
): Finding[] {
  return parts(() => factsOf(resource).flatMap((facts) => parts(() => check(facts))));
}

/** The same for services of production only: what others are spared. */
export function eachProductionService(
  resource: Subject,
  check: (facts: ServiceFacts) => Finding | readonly Finding[] | undefined,
): Finding[] {
  return parts(() => (isProduction(resource) ? eachService(resource, check) : []));
}

/** Resources of these types, in the stack's order. */
export function ofTypes(stack: Stack, types: readonly string[]): Subject[] {
  return types.flatMap((type) => stack.ofType(type));
}
