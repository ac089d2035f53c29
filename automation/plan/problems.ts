import type { RegisteredResource, ResourceProblem } from "./monitor.ts";
import { ancestorNames, typeOf } from "./urn.ts";

/** How many resources of the very same problems are named. */
const shownResources = 5;

/** All that is wrong with resources' declarations: by resource, those with the same faults together. Empty where nothing is. */
export function problemsText(
  problems: readonly ResourceProblem[],
  resources: ReadonlyMap<string, RegisteredResource>,
): string {
  if (problems.length === 0) return "";
  const byResource = [...Map.groupBy(problems, ({ urn }) => urn)].sort(([a], [b]) => (a < b ? -1 : 1));
  const faults = (found: readonly ResourceProblem[]) =>
    found.map(({ path, reason }) => `    ${path === "" ? reason : `${path}: ${reason}`}`).join("\n");
  const groups = Map.groupBy(byResource, ([, found]) => faults(found));
  const blocks = [...groups].map(([lines, members]) => {
    const titles = members.slice(0, shownResources).map(([urn]) => `  ${title(urn, resources)}`);
    const more = members.length > shownResources ? [`  … and ${members.length - shownResources} more`] : [];
    return [...titles, ...more, lines].join("\n");
  });
  const count = byResource.length === 1 ? "one resource" : `${byResource.length} resources`;
  return [`${count} can't be made as declared:`, ...blocks].join("\n");
}

function title(urn: string, resources: ReadonlyMap<string, RegisteredResource>): string {
  if (urn === "") return "functions";
  return `${ancestorNames(urn, (at) => resources.get(at)?.parent).join(" / ")} (${typeOf(urn)})`;
}
