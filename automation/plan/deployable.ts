import { composeFiles } from "./compose/files.ts";
import { counted } from "./formats/words.ts";
import type { ProgramRun } from "./host.ts";
import { manifestFiles, type RenderedFiles } from "./kubernetes/manifests.ts";
import { kubernetesPlan } from "./kubernetes/objects.ts";
import type { RegisteredResource } from "./monitor.ts";

/** The files by which a plan's Kubernetes objects are deployed without Pulumi. Pure. */
export function deployableFiles({
  resources,
  redactor,
}: Pick<ProgramRun, "resources" | "redactor">): RenderedFiles {
  const plan = kubernetesPlan(resources);
  const manifests = manifestFiles(plan);
  const compose = composeFiles(plan.objects, elsewhere(resources));
  return {
    files: new Map([...manifests.files, ...compose.files]),
    notes: [...manifests.notes, ...compose.notes].map((note) => redactor.text(note)),
  };
}

/** What of a plan is no matter of Kubernetes, by provider: `12 resources of gcp, 1 resource of vercel`. */
function elsewhere(resources: readonly RegisteredResource[]): string | undefined {
  const providers = resources
    .filter(({ custom }) => custom)
    .map(({ type }) => type.split(":")[0] ?? "")
    .filter((provider) => provider !== "kubernetes" && provider !== "pulumi");
  const counts = [...Map.groupBy(providers, (provider) => provider)].sort(([a], [b]) => (a < b ? -1 : 1));
  const named = counts.map(([provider, each]) => `${counted(each.length, "resource")} of ${provider}`);
  return named.length === 0 ? undefined : `what is not Kubernetes: the plan's ${named.join(", ")}`;
}
