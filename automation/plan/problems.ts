import type { RegisteredResource, ResourceProblem } from "./monitor.ts";
import { ancestorNames, typeOf } from "./urn.ts";

/** All that is wrong with resources' declarations, by resource; empty where nothing is. */
export function problemsText(
  problems: readonly ResourceProblem[],
  resources: ReadonlyMap<string, RegisteredResource>,
): string {
  if (problems.length === 0) return "";
  const byResource = Map.groupBy(problems, ({ urn }) => urn);
  const blocks = [...byResource]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([urn, found]) => {
      const lines = found.map(({ path, reason }) => `    ${path === "" ? reason : `${path}: ${reason}`}`);
      const title =
        urn === ""
          ? "functions"
          : `${ancestorNames(urn, (at) => resources.get(at)?.parent).join(" / ")} (${typeOf(urn)})`;
      return [`  ${title}`, ...lines].join("\n");
    });
  const count = byResource.size === 1 ? "one resource" : `${byResource.size} resources`;
  return [`${count} can't be made as declared:`, ...blocks].join("\n");
}
