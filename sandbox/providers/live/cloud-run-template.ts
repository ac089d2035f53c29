import { isDeepStrictEqual } from "node:util";
import type { CloudRevisionTemplate } from "../../cloud/api.ts";
import { isObject, type Properties } from "../../models/values.ts";

type Changes = Partial<CloudRevisionTemplate>;

/** Fields of a template that are told back as inputs, where they are not what was declared. */
const TOLD = ["image", "env", "minInstances", "maxInstances", "concurrency", "timeoutSeconds"] as const;

/** What of a revision is not as it was declared. */
function changesOf(declared: CloudRevisionTemplate, live: CloudRevisionTemplate): Changes {
  const differing = TOLD.filter((field) => !isDeepStrictEqual(declared[field], live[field]));
  return Object.fromEntries(differing.map((field) => [field, live[field]]));
}

/** Variables as they are, in the order of those that were declared; what is new comes last. */
function envsOf(given: unknown, live: Readonly<Record<string, string>>): Properties[] {
  const declared = (Array.isArray(given) ? given : []).filter(isObject).map(({ name }) => String(name));
  const names = [
    ...declared.filter((name) => name in live),
    ...Object.keys(live).filter((name) => !declared.includes(name)),
  ];
  return names.map((name) => ({ name, value: live[name] }));
}

/**
 * The inputs' template as it would have to be for the revision that is there, by what changes a service without the engine.
 * @param declared what the inputs come to in the local cloud
 * @returns undefined where it is as declared
 */
export function foundTemplate(
  template: Properties,
  declared: CloudRevisionTemplate,
  live: CloudRevisionTemplate,
): Properties | undefined {
  const changes = changesOf(declared, live);
  if (Object.keys(changes).length === 0) return undefined;
  const { image, env, minInstances, maxInstances, concurrency, timeoutSeconds } = changes;
  const containers = (Array.isArray(template.containers) ? template.containers : []).filter(isObject);
  const main = Math.max(
    0,
    containers.findIndex((container) => container.ports !== undefined),
  );
  const scaling = {
    ...(minInstances === undefined ? {} : { minInstanceCount: minInstances }),
    ...(maxInstances === undefined ? {} : { maxInstanceCount: maxInstances }),
  };
  return {
    ...template,
    ...(Object.keys(scaling).length === 0
      ? {}
      : { scaling: { ...(isObject(template.scaling) ? template.scaling : {}), ...scaling } }),
    ...(concurrency === undefined ? {} : { maxInstanceRequestConcurrency: concurrency }),
    ...(timeoutSeconds === undefined ? {} : { timeout: `${timeoutSeconds}s` }),
    containers: containers.map((container, index) =>
      index === main
        ? {
            ...container,
            ...(image === undefined ? {} : { image }),
            ...(env === undefined ? {} : { envs: envsOf(container.envs, env) }),
          }
        : container,
    ),
  };
}
