import type { ProgramRun } from "./host.ts";
import { manifestFiles, type RenderedFiles } from "./kubernetes/manifests.ts";
import { kubernetesPlan } from "./kubernetes/objects.ts";

/** The files by which a plan's Kubernetes objects are deployed without Pulumi. Pure. */
export function deployableFiles({ resources, redactor }: ProgramRun): RenderedFiles {
  const { files, notes } = manifestFiles(kubernetesPlan(resources));
  return { files, notes: notes.map((note) => redactor.text(note)) };
}
