import { refuse, SlipwayError } from "../../errors.ts";
import type { Objective } from "../objective.ts";
import { OPEN_SLO } from "./document.ts";
import { fromOpenSlo } from "./from-open-slo.ts";
import { fromSloth, isSloth, SLOTH } from "./from-sloth.ts";
import type { Imported, ImportOptions } from "./imported.ts";
import { documentsOf, type Findings, type SourceDocument } from "./read.ts";

/** What one service promises. */
export interface ImportedService {
  /** Its system, in a file of several systems. */
  readonly system?: string;
  readonly service: string;
  readonly objectives: readonly Objective[];
}

/** What a file promises. */
export interface ImportedObjectives {
  /** The system that all of it is about, where it says so. */
  readonly system?: string;
  /** Services in the order in which the file names them first. */
  readonly services: readonly ImportedService[];
  /** What was left out, or taken for something else; each with its path in the file. */
  readonly notes: readonly string[];
}

/** Whether it is OpenSLO of any version, so that an old one is told so. */
function isOpenSlo({ value }: SourceDocument): boolean {
  return typeof value.apiVersion === "string" && value.apiVersion.startsWith("openslo");
}

/** Each service once, in the order of its first objective. @param several whether its system has to be said */
function byService(imported: readonly Imported[], several: boolean): ImportedService[] {
  const services = new Map<string, { about: Omit<ImportedService, "objectives">; objectives: Objective[] }>();
  for (const { system, service, objective } of imported) {
    const key = JSON.stringify([system, service]);
    const about = { ...(several && system !== undefined ? { system } : {}), service };
    const known = services.get(key) ?? { about, objectives: [] };
    known.objectives.push(objective);
    services.set(key, known);
  }
  return [...services.values()].map(({ about, objectives }) => ({ ...about, objectives }));
}

/**
 * Reads the objectives of a file: OpenSLO v1, ours and others', and Sloth's, as a file of rules or as objects of Kubernetes.
 * What OpenSLO has no field for is taken from annotations (`slipway.dev/…`); without them PromQL becomes an indicator of
 * `queries`. Whether the objectives make sense is `objectiveProblems`' to say.
 * @param file its name, for messages
 * @throws SlipwayError with everything that can't be imported: its path in the file, its value, the ways out
 */
export function importObjectives(
  text: string,
  file: string,
  options: ImportOptions = {},
): ImportedObjectives {
  const documents = documentsOf(text, file);
  const findings: Findings = { problems: [], notes: new Set() };
  const strange = documents.filter((document) => !isSloth(document) && !isOpenSlo(document));
  if (strange.length > 0) {
    throw new SlipwayError(
      file,
      strange.map(
        ({ at, value }) =>
          `${at}it is neither of OpenSLO nor of Sloth: apiVersion ${JSON.stringify(value.apiVersion ?? null)}, version ${JSON.stringify(value.version ?? null)}; it must have apiVersion: ${OPEN_SLO}, apiVersion: ${SLOTH.apiVersion}, or version: ${SLOTH.version}`,
      ),
    );
  }
  const imported = fromOpenSlo(documents.filter(isOpenSlo), options, findings);
  for (const document of documents.filter(isSloth)) {
    imported.push(...fromSloth(document, imported, options, findings));
  }
  refuse(file, [...new Set(findings.problems)]);
  if (imported.length === 0)
    throw new SlipwayError(file, ["there is no objective in it: no SLO, and no slos"]);
  const systems = new Set(imported.map(({ system }) => system));
  const [system] = systems;
  return {
    ...(systems.size === 1 && system !== undefined ? { system } : {}),
    services: byService(imported, systems.size > 1),
    notes: [...findings.notes],
  };
}
