import type { RenderedFiles } from "../kubernetes/manifests.ts";
import type { KubernetesObject } from "../kubernetes/objects.ts";
import { composeFile } from "./file.ts";
import { systemsOf } from "./workloads.ts";

/** The folder of all compose files. */
const FOLDER = "compose";

/**
 * `compose/<system>.yaml` for each system that has a Deployment or StatefulSet: the same system on one machine, by
 * docker compose. Holds no secret: those are files that whoever starts it makes. Pure.
 * @param elsewhere what of the plan is not Kubernetes, in words
 */
export function composeFiles(objects: readonly KubernetesObject[], elsewhere?: string): RenderedFiles {
  const files = new Map<string, string>();
  const notes: string[] = [];
  for (const system of systemsOf(objects)) {
    const compose = composeFile(system, elsewhere);
    const path = `${FOLDER}/${system.name}.yaml`;
    files.set(path, compose.text);
    for (const [beside, text] of compose.files) files.set(`${FOLDER}/${beside}`, text);
    // Makes the folder, and keeps what is put there out of any repository.
    if (compose.secrets.length > 0) files.set(`${FOLDER}/secrets/.gitignore`, "*\n");
    if (compose.variables.size > 0) {
      const names = [...compose.variables.keys()].sort().join(", ");
      notes.push(`${path} asks for what the plan does not know or must not write: set ${names}`);
    }
  }
  return { files, notes };
}
