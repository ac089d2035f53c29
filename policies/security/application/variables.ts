import { CONTAINER_TYPES, containersOf } from "../../cloud-run.ts";
import { isProduction } from "../../core/environment.ts";
import { each, violation } from "../../core/finding.ts";
import type { Finding, Subject } from "../../core/policy.ts";
import type { Property } from "../../core/property.ts";
import { allContainers, POD_TYPES } from "../../kubernetes.ts";
import { CLOUD_RUN_SERVICE, CONFIG_MAP, FUNCTION, FUNCTION_V1 } from "../../types.ts";

/** Types that say what is in a program's environment. */
export const ENVIRONMENT_TYPES = [...CONTAINER_TYPES, ...POD_TYPES, CONFIG_MAP, FUNCTION, FUNCTION_V1];

/** Variables of a container that are written down; those from a Secret or a ConfigMap are read where they are. */
function written(list: Property): [name: string, value: Property][] {
  return list
    .items()
    .filter((variable) => !variable.at("valueFrom").present && !variable.at("valueSource").present)
    .map((variable) => [variable.at("name").text() ?? "", variable.at("value")]);
}

/** A program's variables, by name. */
function variablesOf(resource: Subject): [name: string, value: Property][] {
  const { type, props } = resource;
  if (type === CONFIG_MAP) return props.at("data").entries();
  if (type === FUNCTION) return props.at("serviceConfig", "environmentVariables").entries();
  if (type === FUNCTION_V1) return props.at("environmentVariables").entries();
  return type.startsWith("kubernetes:")
    ? allContainers(resource).flatMap((container) => written(container.at("env")))
    : containersOf(resource).flatMap((container) => written(container.at("envs")));
}

/** Whether strangers send a service requests: its ingress lets the edge's or everyone's in. */
function facesThePublic({ type, props }: Subject): boolean {
  return type === CLOUD_RUN_SERVICE && props.at("ingress").text() !== "INGRESS_TRAFFIC_INTERNAL_ONLY";
}

/** What is asked of variables. */
interface Asked {
  /** Names of the variables. */
  readonly names: readonly string[];
  /** Whether a production service that the public reaches should have one of them. */
  readonly demanded: boolean;
  /** What is wrong with one of them, in words that follow its path and name. */
  readonly problem: (value: Property, name: string) => string | undefined;
}

/** What is wrong with a program's settings, where it has them. */
export function checkVariables(resource: Subject, { names, demanded, problem }: Asked): readonly Finding[] {
  const relevant = variablesOf(resource).filter(([name]) => names.includes(name));
  const found = each(relevant, ([name, value]) => {
    const wrong = problem(value, name);
    return wrong === undefined ? undefined : violation(value, `(${name}) ${wrong}`);
  });
  if (!demanded || relevant.length > 0 || !facesThePublic(resource) || !isProduction(resource)) return found;
  const place = resource.props.at("template", "containers");
  return [{ ...violation(place, `sets none of ${names.join(", ")}`), level: "advisory" }];
}

/** What a program takes for yes, whatever its language. */
export function isYes(value: Property): boolean {
  return /^(true|1|on|yes|y|enabled?)$/i.test(value.text()?.trim() ?? "");
}
