import type { ImportedObjectives, ImportedService } from "../../components/objectives/open-slo/import.ts";
import { literal, type Plain } from "./literal.ts";

const HEAD = 'import type { Objective } from "../../components/objectives/objective.ts";';

/** `BACKEND_OBJECTIVES`. */
function constant(words: string): string {
  const name = words.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return `${/^[A-Z]/.test(name) ? "" : "SERVICE_"}${name}_OBJECTIVES`;
}

/** Names of the services' constants, each of its own. */
function constants(services: readonly ImportedService[]): string[] {
  const taken = new Set<string>();
  return services.map(({ system, service }) => {
    const plain = constant(system === undefined ? service : `${system}_${service}`);
    let name = plain;
    for (let count = 2; taken.has(name); count += 1) name = `${plain}_${count}`;
    taken.add(name);
    return name;
  });
}

/** Objectives as a file of a system's folder (`systems/<name>/objectives.ts`), as the project's formatter writes it. */
export function objectivesTypeScript({ services }: ImportedObjectives): string {
  const names = constants(services);
  const lists = services.map(({ service, objectives }, index) => {
    const left = `export const ${names[index]}: readonly Objective[] = `;
    const about = JSON.stringify(service).slice(1, -1).replaceAll("*/", "* /");
    return `/** What ${about} promises. */\n${left}${literal(objectives as unknown as Plain, "", left.length + 1)};`;
  });
  return `${[HEAD, ...lists].join("\n\n")}\n`;
}
